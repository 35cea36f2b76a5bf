// The learning card on a phone. Its secret came once, when the phone was set up, and lies in this browser as a key that no
// script can read out again. From it and the clock the picture and the eight digits are made, with network or without.
(() => {
  "use strict";

  const STEP_S = 30;
  const OFF_S = 45;
  const encoder = new TextEncoder();

  const store = () =>
    new Promise((done, failed) => {
      const asked = indexedDB.open("xc-card", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("cards");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  const within = async (mode, act) => {
    const database = await store();
    try {
      return await new Promise((done, failed) => {
        const work = database.transaction("cards", mode);
        const asked = act(work.objectStore("cards"));
        work.oncomplete = () => done(asked.result);
        work.onerror = () => failed(work.error);
      });
    } finally {
      database.close();
    }
  };
  const own = () => within("readonly", (cards) => cards.get("own"));
  const keep = (card) => within("readwrite", (cards) => cards.put(card, "own"));
  const forget = () => within("readwrite", (cards) => cards.delete("own"));

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const plain = (some) => btoa(String.fromCharCode(...some)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const macOf = async (key, said) => new Uint8Array(await crypto.subtle.sign("HMAC", key, said));

  const pictureText = async ({ card, version, key }, step) => {
    const mac = await macOf(key, encoder.encode(`XC1|${card}|${version}|${step}`));
    return `XC1.${card}.${version}.${step}.${plain(mac.slice(0, 10))}`;
  };
  const digitsOf = async ({ key }, step) => {
    const counter = new DataView(new ArrayBuffer(8));
    counter.setBigUint64(0, BigInt(step));
    const mac = await macOf(key, counter.buffer);
    const place = mac[31] & 15;
    const number = new DataView(mac.buffer).getUint32(place) & 0x7fffffff;
    const digits = String(number % 100_000_000).padStart(8, "0");
    return `${digits.slice(0, 4)} ${digits.slice(4)}`;
  };

  const pathOf = (rows) => rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");

  const enrol = (form) => {
    if (!window.indexedDB || !crypto.subtle) return;
    form.hidden = false;
    for (const note of document.querySelectorAll("[data-xc-no-script]")) note.hidden = true;
    const trouble = form.querySelector("[data-xc-trouble]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      trouble.hidden = true;
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
        if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return location.reload();
        const said = await answer.json();
        if (!answer.ok) {
          trouble.querySelector("p").textContent = said.message;
          trouble.hidden = false;
          return undefined;
        }
        const key = await crypto.subtle.importKey("raw", bytes(said.secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        await keep({ card: said.card, version: said.version, key });
        location.assign(said.to);
      } catch {
        trouble.hidden = false;
      }
      return undefined;
    });
  };

  const isFromDevice = () => document.querySelector("[data-xc-offline]:not([hidden])") !== null;

  // With network the page knows the time; a clock that is off is said before anybody stands at a counter.
  const warnOfClock = (box) => {
    if (isFromDevice()) return;
    const off = (Date.now() - performance.now() - Number(box.dataset.xcNow)) / 1000;
    const note = Math.abs(off) < OFF_S ? null : box.querySelector(off < 0 ? "[data-xc-slow]" : "[data-xc-fast]");
    if (!note) return;
    note.querySelector("[data-xc-minutes]").textContent = String(Math.ceil(Math.abs(off) / 60));
    note.hidden = false;
  };

  const show = async (box) => {
    const card = await own();
    if (!card) return;
    const isListed = box.dataset.xcKeys.split(" ").includes(String(card.version));
    if (card.card !== box.dataset.xcCard || (!isListed && !isFromDevice())) {
      await forget();
      return;
    }
    const [path, digits, left] = [box.querySelector("[data-xc-picture]"), box.querySelector("[data-xc-digits]"), box.querySelector("progress")];
    let shown = 0;
    const tick = async () => {
      const seconds = Date.now() / 1000;
      const step = Math.floor(seconds / STEP_S);
      left.value = STEP_S - (seconds % STEP_S);
      if (step === shown) return;
      shown = step;
      const [text, said] = await Promise.all([pictureText(card, step), digitsOf(card, step)]);
      path.setAttribute("d", pathOf(globalThis.xcQr(text)));
      digits.textContent = said;
      box.dataset.xcStep = String(step);
    };
    await tick();
    box.hidden = false;
    for (const part of document.querySelectorAll("[data-xc-card-paper]")) part.hidden = true;
    setInterval(tick, 250);
    warnOfClock(box);
  };

  for (const form of document.querySelectorAll("form[data-xc-card-enrol]")) enrol(form);
  const box = document.querySelector("[data-xc-card]");
  if (box && window.indexedDB && crypto.subtle) show(box).catch(() => undefined);
})();
