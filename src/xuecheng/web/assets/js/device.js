// What this device keeps for the time without network, and how old it is.
(() => {
  "use strict";

  const html = document.documentElement;
  const old = document.querySelector("[data-xc-offline]:not([hidden]) [data-xc-made]");
  if (old) {
    const minutes = Math.round((new Date(old.dataset.xcMade) - Date.now()) / 60_000);
    const [amount, unit] = minutes > -60 ? [minutes, "minute"] : minutes > -2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
const ago = new Intl.RelativeTimeFormat(html.lang, { numeric: "auto" }).format(amount, unit);
    old.append(html.lang === "en" ? ` (${ago})` : `（${ago}）`);
  }

  if (!("serviceWorker" in navigator) || !("as" in html.dataset)) return;
  window.addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/worker.js", { updateViaCache: "all" });
      const { active } = await navigator.serviceWorker.ready;
      const keep = document.querySelector("[data-xc-keep-now]");
      const done = new MessageChannel();
      done.port1.onmessage = () => {
        html.dataset.xcReady = "yes";
        if (keep) keep.hidden = false;
      };
      const release = document.querySelector("link[rel=stylesheet]").getAttribute("href");
      active.postMessage({ as: html.dataset.as, release, keep: keep?.dataset.xcKeepNow.split(" ") }, [done.port2]);
    } catch {
      // Private windows and old browsers keep nothing; every page works without.
    }
  });
})();
