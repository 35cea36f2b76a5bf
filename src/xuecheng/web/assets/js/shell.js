// What makes the pages smoother. Everything here betters something that works without it.
(() => {
  "use strict";

  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // A menu closes when the reader goes elsewhere, and by Escape, which gives the focus back to its button.
  document.addEventListener("click", (event) => {
    const within = closest(event, "[data-xc-menu]");
    for (const menu of document.querySelectorAll("[data-xc-menu][open]")) {
      if (menu !== within) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("[data-xc-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form is sent once: its button says what happens, and a second press does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (form.dataset.xcSent) {
      event.preventDefault();
      return;
    }
    form.dataset.xcSent = "yes";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (button.dataset.xcBusy) button.textContent = button.dataset.xcBusy;
  });
  // Back from the next page: the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-xc-sent]")) {
      delete form.dataset.xcSent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  // Print buttons exist only where a script can answer them.
  for (const button of document.querySelectorAll("[data-xc-print]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    if (closest(event, "[data-xc-print]")) window.print();
    const close = closest(event, "[data-xc-close]");
    if (close) close.closest("[data-xc-toast]").remove();
  });

  // A toast goes by itself after a while; in elder mode, and where it says why something ended, it stays until closed.
  const elder = document.documentElement.dataset.xcMode === "elder";
  for (const toast of document.querySelectorAll("[data-xc-toast]")) {
    toast.querySelector("[data-xc-close]").hidden = false;
    if (!elder && !("xcStays" in toast.dataset)) setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 8000);
  }

  // A wide table is scrolled by keys, too.
  const framed = new ResizeObserver((frames) => {
    for (const { target } of frames)
      if (target.scrollWidth > target.clientWidth) Object.assign(target, { tabIndex: 0, role: "group", ariaLabel: target.querySelector("caption").textContent });
      else target.removeAttribute("tabindex");
  });
  for (const frame of document.querySelectorAll(".xc-table-frame")) framed.observe(frame);

  // A form came back with errors: the summary takes the focus.
  document.querySelector(".xc-summary[autofocus]")?.focus();
})();
