// Reads a QR code with the camera into the link of the form, where the browser knows how to.
(() => {
  "use strict";

  const box = document.querySelector("[data-xc-camera]");
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const [button, video] = [box.querySelector("button"), box.querySelector("video")];
  const field = box.closest("form").elements.link;
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
  button.addEventListener("click", async () => {
    if (video.srcObject) return stop();
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.hidden = false;
      await video.play();
      while (video.srcObject) {
        const [found] = await detector.detect(video);
        if (found && ["https:", `${location.origin}/`].some((one) => found.rawValue.startsWith(one))) {
          field.value = found.rawValue;
          field.focus();
          return stop();
        }
        await new Promise(requestAnimationFrame);
      }
    } catch {
      // No camera, or not allowed: file, link and text work without.
      stop();
      box.hidden = true;
    }
  });
  box.hidden = false;
})();
