// Reads the page aloud with the browser's own voice. The bar stays away where the browser has none for this language.
(() => {
  "use strict";

  const bar = document.querySelector("[data-xc-aloud]");
  const speech = window.speechSynthesis;
  if (!bar || !speech || !window.SpeechSynthesisUtterance) return;

  const html = document.documentElement;
  const part = (name) => bar.querySelector(`[data-xc-aloud-${name}]`);
  const [start, pause, go, slower, stop] = ["start", "pause", "go", "slower", "stop"].map(part);
  const offer = document.querySelector("[data-xc-aloud-offer]");
  const SKIPPED = "script, style, svg, select, textarea, [aria-hidden=true], .visually-hidden, template";
  const SLOW = "xc-slow";
  const voiceFor = (lang) => speech.getVoices().find((voice) => voice.lang.replace("_", "-").slice(0, 2) === lang.slice(0, 2));

  // The page in pieces: what stands in one block is read in one go, in its own language, a sentence at a time.
  const blockOf = (node) => {
    let block = node.parentElement;
    while (getComputedStyle(block).display.startsWith("inline") && block.parentElement) block = block.parentElement;
    return block;
  };
  const pieces = () => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest(SKIPPED) || parent.checkVisibility?.() === false) continue;
      const block = blockOf(node);
      const lang = parent.closest("[lang]").lang;
      const last = found.at(-1);
      if (last && last.block === block && last.lang === lang) last.text += node.data;
      else found.push({ block, lang, text: (block.dataset.label ? `${block.dataset.label}: ` : "") + node.data });
    }
    return found.flatMap(({ block, lang, text }) =>
      (text.replace(/\s+/g, " ").trim().match(/[^。！？；!?;]+[。！？；!?;]*/g) || []).map((words) => ({ block, lang, words })),
    );
  };

  let queue = [];
  let at = 0;
  let run = 0;
  const lit = (block) => {
    for (const one of document.querySelectorAll(".xc-aloud-now")) one.classList.remove("xc-aloud-now");
    block?.classList.add("xc-aloud-now");
    block?.scrollIntoView({ block: "center", behavior: "auto" });
  };
  const show = (state) => {
    bar.dataset.xcAloud = state;
    start.hidden = state !== "rest";
    pause.hidden = state !== "reading";
    go.hidden = state !== "paused";
    stop.hidden = slower.hidden = state === "rest";
  };
  // The button that took the place of the pressed one takes the focus too.
  const turn = (state, button) => {
    show(state);
    button.focus({ preventScroll: true });
  };
  const next = () => {
    const piece = queue[at];
    if (!piece) return finish();
    const mine = (run += 1);
    lit(piece.block);
    const said = new SpeechSynthesisUtterance(piece.words);
    said.lang = piece.lang;
    said.voice = voiceFor(piece.lang) || null;
    said.rate = slower.getAttribute("aria-pressed") === "true" ? 0.65 : 0.9;
    said.onend = () => {
      if (mine !== run) return;
      at += 1;
      next();
    };
    speech.speak(said);
    return undefined;
  };
  const hush = () => {
    run += 1;
    speech.cancel();
  };
  const finish = () => {
    hush();
    lit(null);
    const had = bar.contains(document.activeElement);
    show("rest");
    if (had) start.focus({ preventScroll: true });
  };

  start.addEventListener("click", () => {
    queue = pieces();
    at = 0;
    turn("reading", pause);
    next();
  });
  // Not every browser can pause a voice: the sentence is begun again instead.
  pause.addEventListener("click", () => {
    hush();
    turn("paused", go);
  });
  go.addEventListener("click", () => {
    turn("reading", pause);
    next();
  });
  slower.addEventListener("click", () => {
    const slow = slower.getAttribute("aria-pressed") !== "true";
    slower.setAttribute("aria-pressed", String(slow));
    localStorage.setItem(SLOW, slow ? "yes" : "");
    if (bar.dataset.xcAloud !== "reading") return;
    hush();
    next();
  });
  stop.addEventListener("click", finish);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bar.dataset.xcAloud !== "rest") finish();
  });
  window.addEventListener("pagehide", hush);

  slower.setAttribute("aria-pressed", String(localStorage.getItem(SLOW) === "yes"));
  const settle = () => {
    const can = Boolean(voiceFor(html.lang));
    bar.hidden = !can || (html.dataset.xcMode !== "elder" && !bar.hasAttribute("data-xc-aloud-wanted"));
    if (offer) offer.hidden = !can;
  };
  offer?.addEventListener("click", () => {
    bar.setAttribute("data-xc-aloud-wanted", "");
    settle();
    offer.closest("details").open = false;
    start.click();
  });
  show("rest");
  settle();
  speech.addEventListener?.("voiceschanged", settle);
})();
