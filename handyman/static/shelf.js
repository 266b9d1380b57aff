// Pages of jobs that are kept for where there is no signal. None is shown longer than the office would show it.
"use strict";

self.shelf = (() => {
  const PAGES = "visits";
  const FILES = "visit-files";
  const FOR = "X-Kept-For"; // seconds, as the office says
  const UNTIL = "X-Kept-Until"; // the same by this telephone's clock
  const NEXT_IN = "X-Kept-Next-In"; // seconds until the day of the visit, for which another page is kept
  const NEXT = "X-Kept-Next"; // the same by this telephone's clock
  const AT = "X-Kept-At"; // by this telephone's clock
  const LONGER = 30 * 24 * 3600 * 1000; // milliseconds that files stay after their pages: they name nobody
  const NO_SIGNAL = "/no-signal";
  const TOKEN = "[A-Z2-9][A-Za-z2-9]{7}|[\\w-]{12}"; // the second: of a link by an earlier release
  const OF_A_LINK = new RegExp(`^/(?:v/)?(${TOKEN})(?:/(\\d+))?(?=/|$)`);
  const OF_A_JOB = new RegExp(`^/v/(?:${TOKEN})/\\d+(?=/|$)`);

  const clock = (answer, name) => String(Date.now() + Number(answer.headers.get(name)) * 1000);
  const marks = (answer) => {
    const found = { [UNTIL]: clock(answer, FOR), [AT]: String(Date.now()) };
    if (answer.headers.has(NEXT_IN)) found[NEXT] = clock(answer, NEXT_IN);
    return found;
  };
  const isGood = (page) => Number(page.headers.get(UNTIL)) > Date.now();
  const isOver = (page) => page.headers.has(NEXT) && Number(page.headers.get(NEXT)) <= Date.now();
  const ofTheDay = (path) => `${path}?as=day`;

  const clear = async (name, isOld) => {
    const kept = await caches.open(name);
    let left = 0;
    for (const request of await kept.keys()) {
      const found = await kept.match(request);
      if (!found || isOld(found)) await kept.delete(request);
      else left += 1;
    }
    return left;
  };

  const sweep = async () => {
    const left = await clear(PAGES, (page) => !isGood(page));
    const unmarked = (file) => !file.headers.has(UNTIL); // by an earlier release, for its pages
    await clear(FILES, (file) => (unmarked(file) ? !left : !isGood(file)));
    await drafts.sweep();
  };

  const endOf = (page) => {
    const [next, until] = [NEXT, UNTIL].map((name) => Number(page.headers.get(name) || 0));
    return next > Date.now() ? Math.min(next, until) : until;
  };

  // A kept page says how many seconds old it is, to be drawn anew when there is signal, and how long it may stay.
  const asCopy = async (page) => {
    const age = Math.round((Date.now() - Number(page.headers.get(AT) || 0)) / 1000);
    const marked = `id="main" data-copy="${age}" data-until="${endOf(page)}"`;
    const text = (await page.text()).replace('id="main"', marked);
    return new Response(text, { headers: page.headers });
  };

  // Whether a link opens this job alone, and no day with others in it.
  const isAlone = async (kept, token, visit) => {
    const first = await kept.match(`/v/${token}`, { ignoreVary: true });
    return Boolean(first && (await first.text()).includes(`data-job="/v/${token}/${visit}"`));
  };

  // A link that is over takes its pages with it, and what was being written there; a job that is over, its own.
  const forget = async (path) => {
    const kept = await caches.open(PAGES);
    const [, token, visit] = path.match(OF_A_LINK) || [];
    if (!token) return;
    const isWhole = !visit || (await isAlone(kept, token, visit));
    const starts = isWhole ? [`/${token}`, `/v/${token}`] : [`/v/${token}/${visit}`];
    const isInside = (at) => starts.some((start) => at === start || at.startsWith(`${start}/`));
    for (const request of await kept.keys()) {
      if (isInside(new URL(request.url).pathname)) await kept.delete(request);
    }
    await drafts.removeIf(({ job, form }) => isInside(job || form));
  };

  // Files first, for pages without them are bare. Those of an earlier release stay as long as its pages.
  const keepFiles = async (files, until, policy) => {
    const kept = await caches.open(FILES);
    for (const [file, [type, text]] of Object.entries(files)) {
      const before = await kept.match(file);
      const longest = Math.max(Number(until) + LONGER, Number(before && before.headers.get(UNTIL)) || 0);
      const headers = { "Content-Type": type, "Content-Security-Policy": policy, [UNTIL]: String(longest) };
      await kept.put(file, new Response(text, { headers }));
    }
  };

  // A job's pages as they stand now, and none that stood there before.
  const keepPages = async (pages, who, headersOf) => {
    const kept = await caches.open(PAGES);
    for (const [path, page] of Object.entries(pages)) {
      await kept.put(path, new Response(page, { headers: headersOf(path) }));
    }
    const jobs = Object.keys(pages).map((path) => (path.match(OF_A_JOB) || [])[0]);
    for (const request of await kept.keys()) {
      const { pathname, search } = new URL(request.url);
      const [job] = pathname.match(OF_A_JOB) || [];
      if (job && jobs.includes(job) && !(pathname + search in pages)) await kept.delete(request);
    }
    const asks = (job) => `${job}/report` in pages || `${job}/decline` in pages;
    const over = jobs.filter((job) => job && !asks(job)).map((job) => who + job.slice(job.lastIndexOf("/")));
    await drafts.removeIf(({ visit }) => over.includes(visit)); // nothing is left to write there
  };

  const keep = async (url) => {
    const asked = Date.now();
    const answer = await fetch(url, { credentials: "same-origin" });
    if (queue.statusOf(answer) !== 200) return;
    const policy = answer.headers.get("Content-Security-Policy") || "default-src 'self'";
    const found = marks(answer);
    const { pages, files, more, day, who, now } = await answer.json();
    if (now) queue.setAhead(now, asked);
    await keepFiles(files, found[UNTIL], policy);
    const common = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy };
    for (const [path, page] of Object.entries(day || {})) pages[ofTheDay(path)] = page;
    const { [NEXT]: _, ...others } = found;
    await keepPages(pages, who, (path) => ({ ...common, ...(path in (day || {}) ? found : others) }));
    for (const next of more) await keep(next);
  };

  // For a page: what it needs without signal, and when it has to be drawn anew or goes.

  let ends = 0; // by this telephone's clock

  const watchTheHour = async () => {
    const { until } = document.getElementById("main").dataset;
    const page = until || (await caches.match(location.pathname + location.search, { ignoreVary: true }));
    if (page) ends = until ? Number(until) : endOf(page);
  };

  const hasEnded = async () => {
    if (!ends || ends > Date.now()) return false;
    await sweep();
    return true;
  };

  const prepare = async (kit) => {
    if (!("caches" in self) || !("serviceWorker" in navigator)) {
      await drafts.sweep();
      return;
    }
    await sweep();
    await watchTheHour();
    if (!kit) return;
    await navigator.serviceWorker.register("/sw.js");
    await keep(kit);
    await watchTheHour();
    document.documentElement.dataset.kept = "";
  };

  const names = { OF_A_LINK, PAGES, FILES, FOR, NO_SIGNAL };
  return { ...names, marks, isGood, isOver, ofTheDay, asCopy, sweep, forget, hasEnded, prepare };
})();
