// Draws a QR code on the phone itself, where no network is: version 4, level M, up to 62 signs of ASCII, the best of the
// eight masks. `xcQr(text)` answers 33 rows of booleans, true is dark. The tables are those of ISO/IEC 18004.
(() => {
  "use strict";

  const SIZE = 33;
  const DATA = 64;
  const BLOCK = 32;
  const CHECK = 18;
  const MOST = 62;

  const exp = new Uint8Array(512);
  const log = new Uint8Array(256);
  for (let power = 0, value = 1; power < 255; power += 1) {
    exp[power] = exp[power + 255] = value;
    log[value] = power;
    value = value < 128 ? value << 1 : (value << 1) ^ 0x11d;
  }
  const times = (one, other) => (one && other ? exp[log[one] + log[other]] : 0);

  let generator = [1];
  for (let power = 0; power < CHECK; power += 1) {
    const next = new Array(generator.length + 1).fill(0);
    generator.forEach((factor, place) => {
      next[place] ^= factor;
      next[place + 1] ^= times(factor, exp[power]);
    });
    generator = next;
  }

  const checkOf = (block) => {
    const rest = [...block, ...new Array(CHECK).fill(0)];
    for (let place = 0; place < block.length; place += 1) {
      const lead = rest[place];
      if (lead) generator.forEach((factor, at) => (rest[place + at] ^= times(factor, lead)));
    }
    return rest.slice(block.length);
  };

  const wordsOf = (text) => {
    const signs = [...text].map((sign) => sign.charCodeAt(0));
    if (signs.length > MOST || signs.some((sign) => sign > 127)) throw new Error("too long for this code");
    const bits = [];
    const put = (value, length) => {
      for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
    };
    put(4, 4);
    put(signs.length, 8);
    for (const sign of signs) put(sign, 8);
    put(0, Math.min(4, DATA * 8 - bits.length));
    while (bits.length % 8) bits.push(0);
    for (let pad = 0xec; bits.length < DATA * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
    const data = [];
    for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));
    const blocks = [data.slice(0, BLOCK), data.slice(BLOCK)];
    const checks = blocks.map(checkOf);
    const words = [];
    for (let at = 0; at < BLOCK; at += 1) for (const block of blocks) words.push(block[at]);
    for (let at = 0; at < CHECK; at += 1) for (const check of checks) words.push(check[at]);
    return words;
  };

  const MASKS = [
    (row, column) => (row + column) % 2 === 0,
    (row) => row % 2 === 0,
    (row, column) => column % 3 === 0,
    (row, column) => (row + column) % 3 === 0,
    (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
    (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
    (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
    (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
  ];

  // Everything that is no data: finders, timing, the one alignment pattern, and room for the format.
  const frame = () => {
    const cells = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
    const finder = (top, left) => {
      for (let row = -1; row <= 7; row += 1) {
        for (let column = -1; column <= 7; column += 1) {
          if (cells[top + row]?.[left + column] === undefined) continue;
          const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
          cells[top + row][left + column] = ring !== 2 && ring !== 4;
        }
      }
    };
    finder(0, 0);
    finder(0, SIZE - 7);
    finder(SIZE - 7, 0);
    for (let at = 8; at < SIZE - 8; at += 1) cells[6][at] = cells[at][6] = at % 2 === 0;
    for (let row = -2; row <= 2; row += 1) {
      for (let column = -2; column <= 2; column += 1) {
        cells[26 + row][26 + column] = Math.max(Math.abs(row), Math.abs(column)) !== 1;
      }
    }
    return cells;
  };

  const writeFormat = (cells, mask) => {
    let rest = mask << 10;
    for (let at = 14; at >= 10; at -= 1) if ((rest >> at) & 1) rest ^= 0x537 << (at - 10);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    for (let at = 0; at < 15; at += 1) {
      const is = Boolean((bits >> at) & 1);
      if (at < 6) cells[at][8] = is;
      else if (at < 8) cells[at + 1][8] = is;
      else if (at === 8) cells[8][7] = is;
      else cells[8][14 - at] = is;
      if (at < 8) cells[8][SIZE - 1 - at] = is;
      else cells[SIZE - 15 + at][8] = is;
    }
    cells[SIZE - 8][8] = true;
  };

  const drawn = (words, mask) => {
    const cells = frame();
    writeFormat(cells, mask);
    let at = 0;
    let isUp = true;
    for (let right = SIZE - 1; right > 0; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < SIZE; step += 1) {
        const row = isUp ? SIZE - 1 - step : step;
        for (const column of [right, right - 1]) {
          if (cells[row][column] !== null) continue;
          const bit = at < words.length * 8 ? (words[at >> 3] >> (7 - (at & 7))) & 1 : 0;
          cells[row][column] = Boolean(bit) !== MASKS[mask](row, column);
          at += 1;
        }
      }
      isUp = !isUp;
    }
    return cells;
  };

  const penaltyOf = (cells) => {
    let found = 0;
    const lines = [...cells, ...cells.map((_, column) => cells.map((row) => row[column]))];
    for (const line of lines) {
      const said = line.map((cell) => (cell ? "1" : "0")).join("");
      for (const run of said.match(/0{5,}|1{5,}/g) || []) found += run.length - 2;
      for (let at = 0; at + 7 <= SIZE; at += 1) {
        if (said.slice(at, at + 7) !== "1011101") continue;
        const before = said.slice(Math.max(0, at - 4), at).padStart(4, "0");
        const after = said.slice(at + 7, at + 11).padEnd(4, "0");
        if (before === "0000" || after === "0000") found += 40;
      }
    }
    let dark = 0;
    for (let row = 0; row < SIZE; row += 1) {
      for (let column = 0; column < SIZE; column += 1) {
        if (cells[row][column]) dark += 1;
        if (row && column) {
          const same = cells[row][column];
          if (cells[row - 1][column] === same && cells[row][column - 1] === same && cells[row - 1][column - 1] === same) found += 3;
        }
      }
    }
    return found + 10 * Math.floor(Math.abs((dark * 100) / (SIZE * SIZE) - 50) / 5);
  };

  globalThis.xcQr = (text, mask) => {
    const words = wordsOf(text);
    if (mask !== undefined) return drawn(words, mask);
    const all = MASKS.map((_, number) => drawn(words, number));
    return all.reduce((best, next) => (penaltyOf(next) < penaltyOf(best) ? next : best));
  };
})();
