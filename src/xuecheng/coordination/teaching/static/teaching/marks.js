// Marks of a list that are made without network wait on this device and are sent when it is back, each once: under an id
// and with the time at which it was made. What lies here are ids and states, no names.
(() => {
  "use strict";

  const page = document.querySelector("[data-xc-marks-page]");
  if (!page) return;
  // So named, signing out warns of it (`staying.js`).
  const KEPT = "xc-unsent-marks";
  const by = page.dataset.xcMarksBy;
  const token = document.querySelector("[data-xc-marks-token] [name=csrfmiddlewaretoken]")?.value;
  const box = page.querySelector("[data-xc-marks-waiting]");
  const words = box.querySelector("[data-xc-marks-words]");
  const all = () => JSON.parse(localStorage.getItem(KEPT) || "[]");
  const own = () => all().filter((one) => one.by === by);
  const write = (marks) => (marks.length ? localStorage.setItem(KEPT, JSON.stringify(marks)) : localStorage.removeItem(KEPT));
  const show = () => {
    box.hidden = own().length === 0;
  };

  let isSending = false;
  const send = async () => {
    if (isSending || !own().length) return;
    isSending = true;
    let sent = false;
    try {
      for (const to of new Set(own().map((one) => one.to))) {
        const marks = own().filter((one) => one.to === to);
        const body = JSON.stringify({ marks: marks.map(({ id, enrolment, state, at }) => ({ id, enrolment, state, at })) });
        const answer = await fetch(to, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body, redirect: "error" });
        const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
        if (told.message) words.textContent = told.message;
        if (!answer.ok) continue;
        const ids = new Set(told.kept);
        write(all().filter((one) => !ids.has(one.id)));
        sent = true;
      }
    } catch {
      // Still no network, or signed out meanwhile: they wait.
    }
    isSending = false;
    show();
    if (sent && !own().length) location.reload();
  };

  // Shown from what lies on this device, the page was out of reach just now, whatever the browser thinks of the network.
  const isFromDevice = () => document.querySelector("[data-xc-offline]:not([hidden])") !== null;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.xcMarks || (navigator.onLine && !isFromDevice())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const at = new Date().toISOString();
    const chosen = [...form.querySelectorAll("input[type=radio]:checked")].filter((field) => !field.defaultChecked);
    const marks = chosen.map((field) => ({ id: crypto.randomUUID(), to: form.dataset.xcMarks, by, enrolment: field.name.slice("state-".length), state: field.value, at }));
    write([...all(), ...marks]);
    // What was kept is the state from which the next change is told.
    for (const field of form.querySelectorAll("input[type=radio]")) field.defaultChecked = field.checked;
    show();
    if (navigator.onLine) send();
  }, true);
  box.querySelector("[data-xc-marks-send]").addEventListener("click", send);
  box.querySelector("[data-xc-marks-drop]").addEventListener("click", () => {
    write(all().filter((one) => one.by !== by));
    show();
  });
  window.addEventListener("online", send);
  // A network that leads nowhere says nothing when it leads on again: whoever takes the telephone up tries once more.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send();
  });
  show();
  send();
})();
