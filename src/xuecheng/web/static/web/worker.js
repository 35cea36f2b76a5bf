// The worker of this site: what shows when there is no network. It keeps one page that says so, what that page needs,
// and of personal pages those alone that the server marked for a person who chose to keep them on this device.
"use strict";

const ASSETS = "xc-assets-1";
const OFFLINE = "xc-offline-1";
const KEPT = "xc-kept";
const OURS = [ASSETS, OFFLINE, KEPT];
const WHO = "/worker.js?who";
const AS = "/worker.js?as";
const EITHER_WAY = { ignoreVary: true };
const NAMED_BY_CONTENT = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;

const filesOf = (page) => [...new Set(page.match(/\/static\/[^"#\s]+/g) || [])].filter((name) => /\.(css|js|svg)$/.test(name));

// The page for no network, as this reader wants pages shown; asked without cookies, so that nobody's name is on it.
const keepOffline = async (as, release) => {
  const answer = await fetch(`/offline/?${as}`, { credentials: "omit" });
  if (!answer.ok) return;
  const page = await answer.clone().text();
  await (await caches.open(ASSETS)).addAll(filesOf(page));
  const cache = await caches.open(OFFLINE);
  await cache.put("/offline/", answer);
  await cache.put(AS, new Response(`${as} ${release}`));
  await tidy();
};

// Files that nothing kept here asks for any more are those of an older release.
const tidy = async () => {
  const wanted = new Set();
  for (const name of [OFFLINE, KEPT]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      for (const file of filesOf(await (await cache.match(request, EITHER_WAY)).text())) wanted.add(file);
    }
  }
  const assets = await caches.open(ASSETS);
  for (const request of await assets.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await assets.delete(request);
  }
};

const forget = () => caches.delete(KEPT);

// For whom this device keeps pages, as each page says; another person, or nobody, ends it.
const settle = async (who, page, until, path) => {
  const cache = await caches.open(KEPT);
  const before = await cache.match(WHO);
  if (before && (await before.text()) !== who) {
    await forget();
    if (who !== "nobody") return settle(who, page, until, path);
  }
  if (who === "nobody") return forget();
  if (!page || !until) return undefined;
  await cache.put(WHO, new Response(who));
  await (await caches.open(ASSETS)).addAll(filesOf(await page.clone().text()));
  await cache.put(path, page);
  return tidy();
};

const note = (event, request, answer) => {
  const who = answer.headers.get("Xuecheng-Kept-For");
  if (!who || answer.redirected) return;
  const until = answer.headers.get("Xuecheng-Keep");
  const path = new URL(request.url || request, self.location).pathname;
  event.waitUntil(settle(who, until && answer.clone(), until, path));
};

const titleOf = (page) => (page.match(/<title>([^<]*)/) || ["", ""])[1].split(" – ")[0];

const kept = async (path) => {
  const cache = await caches.open(KEPT);
  const found = await cache.match(path, EITHER_WAY);
  if (!found) return null;
  if (Date.now() / 1000 > Number(found.headers.get("Xuecheng-Keep"))) {
    await forget();
    return null;
  }
  return found;
};

const keptPages = async () => {
  const cache = await caches.open(KEPT);
  const rows = [];
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    const found = path === "/worker.js" ? null : await kept(path);
    if (found) rows.push(`<li><a href="${path}">${titleOf(await found.text())}</a></li>`);
  }
  return rows.join("");
};

const shown = (page, found) => {
  const headers = new Headers(found.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  return new Response(page, { status: 200, headers });
};

const withoutNetwork = async (request) => {
  const url = new URL(request.url);
  const found = request.method === "GET" && !url.search ? await kept(url.pathname) : null;
  if (found) return shown((await found.text()).replace("data-xc-offline hidden", "data-xc-offline"), found);
  const page = await (await caches.open(OFFLINE)).match("/offline/");
  if (!page) return Response.error();
  const rows = await keptPages();
  const text = await page.text();
  return shown(rows ? text.replace("<!--kept-->", rows).replace("data-xc-kept-pages hidden", "data-xc-kept-pages") : text, page);
};

const navigated = async (event) => {
  try {
    const answer = (await event.preloadResponse) || (await fetch(event.request));
    note(event, event.request, answer);
    return answer;
  } catch {
    return withoutNetwork(event.request);
  }
};

// A name that bears its content never means anything else; of the others the network knows better.
const asset = async (request, path) => {
  if (NAMED_BY_CONTENT.test(path)) return (await caches.match(request, EITHER_WAY)) || fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, EITHER_WAY)) || Response.error();
  }
};

self.addEventListener("install", (event) => {
  event.waitUntil(keepOffline("", "").then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (!OURS.includes(name)) await caches.delete(name);
      if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "POST") {
      if (url.pathname === "/sign-out/") event.waitUntil(forget());
      // Large files go their own way.
      if ((request.headers.get("Content-Type") || "").startsWith("multipart/")) return;
    }
    event.respondWith(navigated(event));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(asset(request, url.pathname));
  }
});

self.addEventListener("message", (event) => {
  const { as, release, keep, forget: leaves } = event.data || {};
  const work = async () => {
    if (leaves) await forget();
    if (typeof as === "string") {
      const before = await (await caches.open(OFFLINE)).match(AS);
      if (!before || (await before.text()) !== `${as} ${release}`) await keepOffline(as, release);
    }
    for (const path of keep || []) {
      const answer = await fetch(path, { credentials: "same-origin" });
      note(event, path, answer);
    }
    event.ports[0]?.postMessage("done");
  };
  event.waitUntil(work().catch(() => undefined));
});
