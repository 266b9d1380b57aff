// Shows a job's kept pages where there is no signal. It keeps no page of anybody else and answers for none.
"use strict";

{
  const { registerRoute } = workbox.routing;
  const { NetworkFirst } = workbox.strategies;
  const WAIT = 4; // seconds for a page, when the same is kept
  const OF_A_LINK = /^\/(?:v\/)?[\w-]{12}(?:\/|$)/;
  const exact = { ignoreVary: true };

  const asTheOfficeSays = {
    cacheWillUpdate: async ({ request, response }) => {
      const supposed = new URL(request.url).searchParams.has("as"); // the office knows nothing of it yet
      const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html"); // and no photograph
      if (queue.statusOf(response) !== 200 || !response.headers.has(shelf.FOR) || supposed || !isPage) return null;
      const headers = new Headers(response.headers);
      headers.set(shelf.UNTIL, shelf.untilOf(response));
      return new Response(await response.blob(), { headers });
    },
    cachedResponseWillBeUsed: async ({ cachedResponse }) =>
      cachedResponse && shelf.isGood(cachedResponse) ? cachedResponse : null,
    fetchDidSucceed: async ({ request, response }) => {
      if ([404, 410].includes(queue.statusOf(response))) await shelf.forget(new URL(request.url).pathname);
      return response;
    },
  };

  registerRoute(
    ({ request, url }) => request.mode === "navigate" && OF_A_LINK.test(url.pathname),
    new NetworkFirst({
      cacheName: shelf.PAGES,
      matchOptions: exact,
      networkTimeoutSeconds: WAIT,
      plugins: [asTheOfficeSays],
    })
  );
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/static/"),
    async ({ request }) => {
      const kept = await caches.open(shelf.FILES);
      return (await kept.match(request, exact)) || fetch(request);
    }
  );

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(shelf.sweep().then(() => self.clients.claim())));
  self.addEventListener("sync", (event) => {
    if (event.tag !== "unsent") return;
    event.waitUntil(
      queue.drain().then((empty) => {
        if (!empty) throw new Error("still unsent"); // the browser asks again
      })
    );
  });
}
