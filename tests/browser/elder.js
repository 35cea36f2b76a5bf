// What the rules for large print ask, measured on the page as it is shown (UX-01 to UX-03, UX-07). Gives what is amiss.
() => {
  const amiss = [];
  const say = (rule, element, what) => amiss.push(`${rule} ${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 24)}” ${what}`);
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest(".visually-hidden, .xc-skip, [aria-hidden=true]");
  const px = (value) => parseFloat(value);

  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  const parsed = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(srgb") ? [...found.slice(0, 3).map((each) => each * 255), found[3] ?? 1] : [...found.slice(0, 3), found[3] ?? 1];
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parsed(getComputedStyle(one).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  const texts = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() && isSeen(element) && !element.closest("svg, script, style, option")) texts.set(element, true);
  }
  for (const element of texts.keys()) {
    const style = getComputedStyle(element);
    const size = px(style.fontSize);
    if (size < 18) say("UX-01 size", element, size);
    if (style.lineHeight !== "normal" && px(style.lineHeight) / size < 1.195) say("UX-01 line", element, px(style.lineHeight) / size);
    if (element.matches("p, li, dd, dt, td") && element.getBoundingClientRect().height > 2 * size && px(style.lineHeight) / size < 1.3) say("UX-01 line", element, px(style.lineHeight) / size);
    const isLarge = size >= 24 || (size >= 18.66 && px(style.fontWeight) >= 700);
    const contrast = ratio(parsed(style.color), behind(element));
    if (contrast < (isLarge ? 4.5 : 7)) say("UX-03 contrast", element, contrast.toFixed(2));
  }

  const line = px(getComputedStyle(document.body).lineHeight);
  for (const element of document.querySelectorAll("main p + p")) {
    if (!isSeen(element) || element.closest(".xc-figure, .xc-parts, table")) continue; // lines of a picture or a table, no paragraphs
    const gap = element.getBoundingClientRect().top - element.previousElementSibling.getBoundingClientRect().bottom;
    if (gap >= 0 && gap + line < 1.3 * line) say("UX-01 gap", element, gap);
  }

  const inSentence = (element) => {
    if (getComputedStyle(element).display !== "inline") return false;
    const around = element.parentElement.textContent.replace(element.textContent, "").trim();
    return around.length > 0;
  };
  for (const element of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
    if (!isSeen(element) || element.disabled || inSentence(element)) continue;
    const target = element.matches("[type=radio], [type=checkbox]") ? element.closest("label") || element : element;
    const box = target.getBoundingClientRect();
    const row = element.matches(".xc-rowlink, .xc-title-link") ? element.closest("tr, li, .xc-line")?.getBoundingClientRect() : null;
    const height = Math.max(box.height, row ? row.height : 0);
    const isMain = element.matches("main .btn:not(.btn-link), .xc-big a");
    const least = isMain ? 60 : 44;
    if (height < least - 0.5 || box.width < least - 0.5) say(isMain ? "UX-02 main" : "UX-02 other", element, `${Math.round(box.width)}×${Math.round(height)}`);
  }

  if (document.documentElement.lang === "zh-CN") {
    const whole = document.querySelector("main").innerText;
    for (const sentence of whole.split(/[。！？；\n]/)) {
      const letters = (sentence.match(/\p{Script=Han}/gu) || []).length;
      if (letters > 25) amiss.push(`UX-07 sentence of ${letters}: ${sentence.trim()}`);
    }
  }
  const beyond = document.documentElement.scrollWidth - window.innerWidth;
  if (beyond > 0) amiss.push(`UX-05 scrolls sideways by ${beyond}`);
  return amiss;
}
