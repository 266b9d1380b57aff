// What was pressed and photographed waits here, in order, until the office has it. Pages and the worker share it.
"use strict";

self.queue = (() => {
  const STORE = "line";
  const GIVE_UP_AFTER = 90 * 1000; // milliseconds for one answer: a photograph on a slow line
  const LATER = [408, 425, 429]; // the same may be taken in a while
  const TRIED_FOR = 60 * 60 * 1000; // milliseconds in which our own server fails at one press, before others go on
  let opened = null;
  let stamp = ""; // of this browser, for every form
  let running = null;

  const open = () => {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const request = indexedDB.open("handyman", 1);
        request.onupgradeneeded = () =>
          request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      opened.catch(() => {
        opened = null;
      });
    }
    return opened;
  };

  // All of it is stored, or nothing.
  const change = async (mode, work) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  };

  const all = () => change("readonly", (store) => store.getAll());
  const put = (entry) => change("readwrite", (store) => store.put(entry));
  const remove = (id) => change("readwrite", (store) => store.delete(id));

  // What was refused before and is said anew goes with the new words.
  const add = async (entries) => {
    const before = await all();
    await change("readwrite", (store) => {
      for (const old of before) {
        if (old.refused && !old.file && entries.some((entry) => entry.url === old.url)) store.delete(old.id);
      }
      for (const entry of entries) store.add(entry);
    });
  };

  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");

  const ask = async (url, options) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), GIVE_UP_AFTER);
    try {
      return await fetch(url, { credentials: "same-origin", signal: stop.signal, ...options });
    } finally {
      clearTimeout(timer);
    }
  };

  // What is refused to a page comes as 200, its status in a header: browsers write each 4xx on their console.
  const statusOf = (answer) => Number(answer.headers.get("X-Refused")) || answer.status;

  const fetchStamp = async () => {
    const answer = await ask("/sent-forms", { cache: "no-store" });
    stamp = (await answer.json()).stamp;
  };

  const post = (entry) => {
    const form = new FormData();
    for (const [name, value] of entry.fields) form.append(name, value);
    form.append("csrf_token", stamp);
    form.append("key", entry.key);
    form.append("at", entry.at);
    if (entry.file) {
      form.append(entry.file.field, new Blob([entry.file.bytes], { type: entry.file.type }), entry.file.name);
    }
    return ask(entry.url, { method: "POST", body: form, headers: { "X-From-Queue": entry.key } });
  };

  // {kept, next}, {refused, status, text}, or {} when nothing can be known: the same is sent again later.
  const send = async (entry) => {
    if (!stamp) await fetchStamp();
    let answer = await post(entry);
    if (statusOf(answer) === 400) {
      await fetchStamp();
      answer = await post(entry);
    }
    const status = statusOf(answer);
    if (answer.headers.get("X-Answered") !== entry.key || LATER.includes(status)) return {};
    if (status === 200) {
      const said = await answer.json();
      return said.kept === entry.key ? { kept: true, next: said.next } : {};
    }
    if (status >= 500) {
      if (!entry.failing) await put({ ...entry, failing: Date.now() });
      if (!entry.failing || Date.now() - entry.failing < TRIED_FOR) return {};
    }
    const text = (await answer.text()).trim();
    const whole = text.endsWith("</html>") || text.endsWith("}"); // the line may break in what is answered, too
    return whole ? { refused: true, status, text } : {};
  };

  // One after the other. What is refused is for `refuse` to explain; without it that waits for a page.
  const run = async (answered, refuse) => {
    for (;;) {
      const entry = (await all()).find((each) => !each.refused);
      if (!entry) return true;
      let answer;
      try {
        answer = await send(entry);
      } catch (error) {
        return false; // no signal
      }
      if (answer.kept) await remove(entry.id);
      else if (answer.refused && refuse) await put({ ...entry, refused: refuse(answer) });
      else return false;
      if (answered) await answered(entry, answer);
    }
  };

  // Whether nothing waits any more.
  const drain = (answered, refuse) => {
    if (!running) {
      running = run(answered, refuse).finally(() => {
        running = null;
      });
    }
    return running;
  };

  return { all, add, remove, newKey, drain, statusOf };
})();

// Pages of jobs that were kept for where there is no signal. None is shown longer than the office would show it.
self.shelf = (() => {
  const PAGES = "visits";
  const FILES = "visit-files";
  const FOR = "X-Kept-For"; // seconds, as the office says
  const UNTIL = "X-Kept-Until"; // the same by this telephone's clock

  const untilOf = (answer) => String(Date.now() + Number(answer.headers.get(FOR) || 0) * 1000);
  const isGood = (page) => Number(page.headers.get(UNTIL)) > Date.now();

  const sweep = async () => {
    const kept = await caches.open(PAGES);
    for (const request of await kept.keys()) {
      const page = await kept.match(request);
      if (!page || !isGood(page)) await kept.delete(request);
    }
  };

  // A link that is over takes its pages with it; a job that is over, its own.
  const forget = async (path) => {
    const kept = await caches.open(PAGES);
    const [, token, visit] = path.match(/^\/(?:v\/)?([\w-]{12})(?:\/(\d+))?/) || [];
    if (!token) return;
    for (const request of await kept.keys()) {
      const at = new URL(request.url).pathname;
      const inside = visit ? [`/v/${token}/${visit}`] : [`/${token}`, `/v/${token}`];
      if (inside.some((start) => at === start || at.startsWith(`${start}/`))) await kept.delete(request);
    }
  };

  return { PAGES, FILES, FOR, UNTIL, untilOf, isGood, sweep, forget };
})();
