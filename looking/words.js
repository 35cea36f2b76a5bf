// Words that cannot be read as they stand: columns a sign or two wide, words cut off, words that lie over others.
() => {
  const said = [];
  const say = (what, text) => said.push(`${what}: ${text.trim().slice(0, 60)}`);
  const isHeard = (element) => {  // heard, not seen: a box of a dot's size that hides what is in it
    for (let one = element; one && one !== document.body; one = one.parentElement)
      if (getComputedStyle(one).clipPath !== 'none' || (one.tagName === 'THEAD' && one.getBoundingClientRect().width < 20)) return true;
    return false;
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !element.closest('.visually-hidden, .xc-skip, svg, script, style, option, [aria-hidden=true]') && !isHeard(element);
  const isFixed = (element) => {  // a bar over a page that scrolls lies over something at any moment
    for (let one = element; one && one !== document.body; one = one.parentElement)
      if (getComputedStyle(one).position === 'fixed') return true;
    return false;
  };
  const boxes = [];
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement, text = node.data.trim();
    if (!text || !isSeen(element)) continue;
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (!lines.length || lines.every((box) => box.right <= 0 || box.bottom + scrollY <= 0)) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    const widest = Math.max(...lines.map((box) => box.width));
    if (lines.length > 2 && text.length > 5 && widest < 2.2 * size && !element.closest('[class*=vertical]')) say('narrow', text);
    if (lines.length > 1 && !element.closest('code, pre, a[href^=http]') && getComputedStyle(element).hyphens !== 'auto')
      for (const word of node.data.matchAll(/(?<![\w.\/:-])(?:[A-Za-z]{4,16}|\d{2,5})(?![\w.\/:-])/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const parts = [...range.getClientRects()].filter((box) => box.width > 1);
        if (parts.length > 1 && parts.at(-1).top > parts[0].top + parts[0].height / 2) say('word in two', `${word[0]} of ${text}`);
      }
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') break;  // it scrolls to them
      const frame = one.getBoundingClientRect();
      if (frame.width < 3) break;
      if (lines.some((box) => box.right > frame.right + 2 || box.left < frame.left - 2 || box.bottom > frame.bottom + 4)) say('cut', text);
      break;
    }
    if (!element.closest('dialog, [popover], textarea') && !isFixed(element)) for (const box of lines) boxes.push([box, element, text]);
  }
  // A label before a value is no text of the page, but may lie beside its cell all the same.
  for (const cell of document.querySelectorAll('td[data-label]')) {
    const label = getComputedStyle(cell, '::before');
    if (!isSeen(cell) || label.content === 'none' || label.float === 'none') continue;
    if (parseFloat(getComputedStyle(cell).paddingLeft) + parseFloat(label.marginLeft) < -1) say('label beside its cell', cell.dataset.label);
  }
  boxes.sort((one, other) => one[0].top - other[0].top);
  boxes.forEach(([box, element, text], number) => {
    for (let next = number + 1; next < boxes.length && boxes[next][0].top < box.bottom - 4; next += 1) {
      const [other, otherElement, otherText] = boxes[next];
      if (element.contains(otherElement) || otherElement.contains(element)) continue;
      const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (wide > 3 && high > 0.35 * Math.min(box.height, other.height)) say('over each other', `${text.slice(0, 25)} / ${otherText.slice(0, 25)}`);
    }
  });
  return [...new Set(said)];
}
