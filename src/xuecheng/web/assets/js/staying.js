// Before a session ends the page says so, calmly; after it, what was typed comes back to whoever typed it.
(() => {
  "use strict";

  const DRAFT = "xc-draft";
  const DAY_MS = 86_400_000;
  const stay = document.querySelector("[data-xc-stay]");
  const here = location.pathname + location.search;
  const read = () => JSON.parse(sessionStorage.getItem(DRAFT) || "null");
  const drop = () => sessionStorage.removeItem(DRAFT);
  const mark = (ended) => {
    const draft = read();
    if (draft) sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft, ended }));
    return draft;
  };

  // Signing out leaves nothing: no draft, no kept page; also where there is no network to tell the server. What is still
  // on its way into the draft (leaving a field is a change too) is not written any more.
  let isSignedOut = false;
  for (const form of document.querySelectorAll('form[action="/sign-out/"]')) {
    form.addEventListener("submit", (event) => {
      // What waits on this device to be sent would be lost with it: whoever signs out says so.
      const waits = Object.keys(localStorage).some((name) => name.startsWith("xc-unsent"));
      if (waits && !window.confirm(form.dataset.xcLoses)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      isSignedOut = true;
      sessionStorage.clear();
      localStorage.clear();
      window.caches?.delete("xc-kept");
      navigator.serviceWorker?.controller?.postMessage({ forget: true });
    });
  }

  if (!stay) {
    const draft = mark(true);
    if (draft && Date.now() - draft.at > DAY_MS) drop();
    else if (draft) for (const words of document.querySelectorAll("[data-xc-draft-waits]")) words.hidden = false;
    return;
  }

  // What is typed is sealed with a key that only pages of this person bear; at rest nobody can read it. Passwords,
  // codes, numbers of documents (autocomplete="off") and files are never kept, nor anything without https.
  const NEVER = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const sealing = window.crypto?.subtle?.importKey("raw", bytes(stay.dataset.draft), "AES-GCM", false, ["encrypt", "decrypt"]);
  const forms = [...document.querySelectorAll("main form")].filter((form) => form.method === "post");
  const isKept = (field) =>
    field.name && !NEVER.has(field.type) && !/^off$|one-time-code|password/.test(field.getAttribute("autocomplete") || "");
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? field.value : null;
    return field.type === "select-multiple" ? [...field.selectedOptions].map((one) => one.value) : field.value;
  };

  const save = async (form) => {
    const values = [...form.elements].filter(isKept).map((field) => [field.name, field.type, field.value, valueOf(field)]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(values));
    const data = text(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealing, plain));
    const draft = { path: here, form: forms.indexOf(form), at: Date.now(), ended: false, iv: text(iv), data };
    if (!isSignedOut && draft.data.length < 100_000) sessionStorage.setItem(DRAFT, JSON.stringify(draft));
  };

  const fill = (form, values) => {
    for (const [name, type, own, value] of values) {
      const isTick = type === "checkbox" || type === "radio";
      const field = [...form.elements].find((one) => one.name === name && isKept(one) && (!isTick || one.value === own));
      if (!field) continue;
      if (isTick) field.checked = value !== null;
      else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const open = async () => {
    const draft = read();
    if (!draft) return;
    if (document.querySelector("[data-xc-unsent]")) return void mark(true);
    const form = forms[draft.form];
    if (!draft.ended || Date.now() - draft.at > DAY_MS) return drop();
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(draft.iv) }, await sealing, bytes(draft.data));
      if (draft.path !== here || !form) return;
      fill(form, JSON.parse(new TextDecoder().decode(plain)));
      mark(false);
      const told = document.querySelector("[data-xc-draft-back]");
      form.before(told);
      told.hidden = false;
      say(told.textContent.trim());
    } catch {
      drop(); // somebody else's
    }
  };

  const say = (words, urgent = false) => {
    const place = document.querySelector(urgent ? "[data-xc-alert]" : "[data-xc-say]");
    place.textContent = words;
  };

  let saving = Promise.resolve();
  if (sealing && forms.length) {
    let waiting = 0;
    const typed = (event) => {
      const form = event.target.form;
      if (!forms.includes(form) || form.dataset.xcPasskey) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => (saving = save(form)), 300);
    };
    document.addEventListener("input", typed);
    document.addEventListener("change", typed);
  }
  if (sealing && forms.length) stay.querySelector("[data-xc-stay-kept]").hidden = false;
  if (sealing) open();
  else drop();

  // Minutes before the end at which the page speaks.
  const WARNINGS = [10, 2];
  let end = Date.now() + Number(stay.dataset.left) * 1000;
  let warned = Infinity;
  let isAsking = false;
  const words = stay.querySelector("[data-xc-stay-words]");
  const button = stay.querySelector("button");
  const again = stay.querySelector("[data-xc-stay-again]");

  const told = (answer) => {
    end = Date.now() + answer.left * 1000;
    words.textContent = answer.words;
    button.hidden = answer.final;
    again.hidden = !answer.final;
  };
  const leave = async () => {
    await saving;
    mark(true);
    location.replace(`${stay.dataset.signIn}?next=${encodeURIComponent(here)}`);
  };
  // Another tab may have put the end off, so the server is asked first; asking does not count as use.
  const ask = async (method) => {
    const body = method === "POST" ? new FormData(stay.querySelector("form")) : undefined;
    const answer = await fetch(stay.dataset.xcStay, { method, body, headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      await leave();
      return null; // and nothing is asked again
    }
    if (answer.ok) told(await answer.json());
    return answer.ok;
  };
  const look = async () => {
    const left = () => (end - Date.now()) / 60_000;
    const due = WARNINGS.filter((minutes) => left() <= minutes).pop();
    if (due === undefined || (due >= warned && left() > 0) || isAsking) return;
    isAsking = true;
    const isIn = await ask("GET").catch(() => false);
    if (isIn !== null) isAsking = false;
    if (!isIn) return;
    if (left() > WARNINGS[0]) {
      warned = Infinity;
      stay.hidden = true;
      return;
    }
    warned = due;
    stay.hidden = false;
    say(words.textContent, due === WARNINGS[1]);
  };
  setInterval(look, 5000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  stay.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (!(await ask("POST").catch(() => false))) return;
    warned = Infinity;
    stay.hidden = true;
    say(stay.dataset.stayed);
    document.querySelector("main").focus?.();
  });
  // To prove anew who one is and come back, without losing what was typed.
  again.addEventListener("click", async (event) => {
    event.preventDefault();
    await saving;
    mark(true);
    location.assign(again.href);
  });
})();
