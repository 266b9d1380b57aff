// Shows a job's kept pages where there is no signal. It keeps no page of anybody else and answers for none.
"use strict";

{
  const { registerRoute } = workbox.routing;
  const { CacheFirst, NetworkFirst } = workbox.strategies;
  const WAIT = 4; // seconds for a page, when the same is kept
  const exact = { ignoreVary: true };

  const asTheOfficeSays = {
    cacheWillUpdate: async ({ request, response }) => {
      const supposed = new URL(request.url).searchParams.has("as"); // the office knows nothing of it yet
      const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html"); // and no photograph
      if (queue.statusOf(response) !== 200 || !response.headers.has(shelf.FOR) || supposed || !isPage) return null;
      const headers = new Headers(response.headers);
      for (const [name, value] of Object.entries(shelf.marks(response))) headers.set(name, value);
      return new Response(await response.blob(), { headers });
    },
    cachedResponseWillBeUsed: async ({ request, cachedResponse }) => {
      if (!cachedResponse || !shelf.isGood(cachedResponse)) return null;
      if (!shelf.isOver(cachedResponse)) return shelf.asCopy(cachedResponse);
      const kept = await caches.open(shelf.PAGES);
      const { pathname, search } = new URL(request.url);
      const page = !search && (await kept.match(shelf.ofTheDay(pathname), exact));
      return shelf.asCopy(page || cachedResponse);
    },
    fetchDidSucceed: async ({ request, response }) => {
      if ([404, 410].includes(queue.statusOf(response))) await shelf.forget(new URL(request.url).pathname);
      return response;
    },
    handlerDidError: async () => (await caches.open(shelf.FILES)).match(shelf.NO_SIGNAL, exact),
  };

  const pages = { cacheName: shelf.PAGES, matchOptions: exact, plugins: [asTheOfficeSays] };
  const asItWill = new CacheFirst(pages);
  const asItIs = new NetworkFirst({ ...pages, networkTimeoutSeconds: WAIT });

  // The page as it will stand is the telephone's own: the office, which waits for what was pressed, would deny it.
  const isAhead = async (url) => {
    const [, , visit] = url.pathname.match(shelf.OF_A_LINK);
    if (!visit || !url.searchParams.has("as")) return false;
    const entries = await queue.all().catch(() => []);
    return entries.some((entry) => !entry.refused && entry.job.endsWith(`/${visit}`));
  };

  registerRoute(
    ({ request, url }) => request.mode === "navigate" && shelf.OF_A_LINK.test(url.pathname),
    async (asked) => ((await isAhead(asked.url)) ? asItWill : asItIs).handle(asked)
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
