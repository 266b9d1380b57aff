// What was pressed and photographed waits here, in order, until the office has it. Pages and the worker share it.
"use strict";

self.queue = (() => {
  const GIVE_UP_AFTER = 90 * 1000; // milliseconds for one answer: a photograph on a slow line
  const LATER = [408, 425, 429]; // the same may be taken in a while
  const TRIED_FOR = 60 * 60 * 1000; // milliseconds in which our own server fails at one press, before others go on
  const HEARD = 10 * 1000; // milliseconds for which an answer says that there is signal
  const LONGEST_TURN = 20 * 1000; // milliseconds; another page that takes longer may be asleep
  const MOST_BEGUN = 2; // times that a photograph is made small
  const SAME = 2 * 1000; // milliseconds between two readings of one clock
  const page = Math.random().toString(36).slice(2); // whose ticks these are
  const change = table("handyman", "line", { keyPath: "id", autoIncrement: true });
  const others = "BroadcastChannel" in self ? new BroadcastChannel("unsent") : null;
  let stamp = ""; // of this browser, for every form
  let heardAt = -HEARD; // in ticks
  let ahead; // milliseconds by which the office's clock is ahead of this telephone's
  let running = null;
  let next = null;
  let told = () => {};

  // Several links may open a visit: what a member pressed through one stands on the pages of another, and leaves by it.
  const visitOf = (job) => job.slice(job.lastIndexOf("/"));

  const asHere = (entry) => {
    const { who, job } = self.document ? document.getElementById("main").dataset : {};
    const isSame = who && job && entry.who === who && entry.job !== job && visitOf(entry.job) === visitOf(job);
    if (!isSame) return entry;
    const here = (url) => (url.startsWith(entry.job) ? job + url.slice(entry.job.length) : url);
    return { ...entry, job, url: here(entry.url), later: here(entry.later), form: here(entry.form) };
  };

  const all = async () => (await change("readonly", (store) => store.getAll())).map(asHere);
  const remove = (id) => change("readwrite", (store) => store.delete(id));

  // What is gone by now stays gone.
  const revise = (id, news) =>
    change("readwrite", (store) => {
      const request = store.get(id);
      request.onsuccess = () => {
        if (request.result) store.put({ ...request.result, ...news });
      };
      return request;
    });

  // What was to be corrected and is said anew goes with the new words.
  const add = async (entries) => {
    const before = await all();
    const isOver = (old) => old.refused && old.refused.status === 422 && !old.file;
    await change("readwrite", (store) => {
      for (const old of before) {
        if (isOver(old) && entries.some((entry) => entry.url === old.url)) store.delete(old.id);
      }
      for (const entry of entries) store.add(entry);
    });
  };

  // Never what the office may have heard: all of these, or none.
  const takeBack = async (ids) => {
    let taken = false;
    await change("readwrite", (store) => {
      const found = [];
      const look = (entry) => {
        found.push(entry);
        if (found.length < ids.length) return;
        taken = found.every((each) => each && !each.tried);
        if (taken) for (const id of ids) store.delete(id);
      };
      for (const id of ids) {
        const request = store.get(id);
        request.onsuccess = () => look(request.result);
      }
    });
    return taken;
  };

  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");

  // The office's time of a press

  // Kept for a page that is opened without signal; the worker has no such place, and presses nothing.
  const setAhead = (office, asked) => {
    ahead = office - (asked + Date.now()) / 2;
    try {
      localStorage.setItem("office-ahead", String(ahead));
    } catch (error) {
      // for this page it is known
    }
  };

  const knownAhead = () => {
    try {
      return Number(localStorage.getItem("office-ahead") || undefined);
    } catch (error) {
      return ahead;
    }
  };

  // When a telephone's clock was set between the press and now, its ticks or what was known then say how it stood.
  const pressedAt = (entry) => {
    const at = Number(new Date(entry.at));
    const [byNow, office] = [at + ahead, Date.now() + ahead];
    if (!Number.isFinite(entry.ahead) || Math.abs(entry.ahead - ahead) < SAME) return byNow;
    const byThen = at + entry.ahead;
    if (entry.page !== page) return byThen <= office ? byThen : byNow;
    const byTicks = office - (performance.now() - entry.tick);
    return Math.abs(byThen - byTicks) <= Math.abs(byNow - byTicks) ? byThen : byNow;
  };

  // The same where nothing is sent yet: as the clocks stood at the press.
  const officeTime = ({ at, ahead: then }) => Number(new Date(at)) + (Number.isFinite(then) ? then : 0);

  const now = () => ({ at: Date.now(), ahead: knownAhead(), tick: performance.now(), page });

  // Sending

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

  // Before anything leaves: whether there is signal, a stamp for forms, and what time it is at the office.
  const greet = async () => {
    const asked = Date.now();
    const answer = await ask("/sent-forms", { cache: "no-store" });
    const said = await answer.json();
    stamp = said.stamp;
    setAhead(said.now, asked);
    heardAt = performance.now();
  };

  const post = (entry) => {
    const form = new FormData();
    for (const [name, value] of entry.fields) form.append(name, value);
    form.append("csrf_token", stamp);
    form.append("key", entry.key);
    form.append("at", new Date(pressedAt(entry)).toISOString());
    if (entry.file) {
      form.append(entry.file.field, new Blob([entry.file.bytes], { type: entry.file.type }), entry.file.name);
    }
    return ask(entry.url, { method: "POST", body: form, headers: { "X-From-Queue": entry.key } });
  };

  // {kept, next}, {refused, status, text}, or {} when nothing can be known: the same is sent again later.
  const send = async (entry) => {
    let answer = await post(entry);
    if (statusOf(answer) === 400) {
      await greet();
      answer = await post(entry);
    }
    const status = statusOf(answer);
    if (answer.headers.get("X-Answered") !== entry.key || LATER.includes(status)) return {};
    heardAt = performance.now();
    if (status === 200) {
      const said = await answer.json();
      return said.kept === entry.key ? { kept: true, next: said.next } : {};
    }
    if (status >= 500) {
      if (!entry.failing) await revise(entry.id, { failing: Date.now() });
      if (!entry.failing || Date.now() - entry.failing < TRIED_FOR) return {};
    }
    const text = (await answer.text()).trim();
    const whole = text.endsWith("</html>") || text.endsWith("}"); // the line may break in what is answered, too
    const passedOn = answer.headers.get("X-Passed-On") === entry.key;
    return whole ? { refused: true, status, text, passedOn } : {};
  };

  // One at which a page has died again and again leaves as it came.
  const isLarge = ({ file, begun = 0 }) => Boolean(file && file.large) && begun < MOST_BEGUN;

  const lighten = async ({ id, file, begun = 0 }) => {
    await revise(id, { begun: begun + 1 });
    await revise(id, { file: await photographs.lighten(file) });
  };

  // Only a page can make photographs small: the worker leaves them to it, and sends them as they came where none is open.
  const isLeftToPage = async (entry) =>
    !self.photographs && isLarge(entry) && (await self.clients.matchAll({ includeUncontrolled: true })).length > 0;

  // One after the other. What was refused stays, for a page to explain.
  const run = async () => {
    for (;;) {
      const waiting = (await all()).filter((each) => !each.refused);
      const [entry] = waiting;
      if (!entry) return true;
      const large = self.photographs && waiting.find(isLarge);
      let answer;
      try {
        if (large) await lighten(large);
        if (large) continue;
        if ((await isLeftToPage(entry)) || !(await hasSignal())) return false;
        if (!(await revise(entry.id, { tried: true }))) continue; // taken back meanwhile
        answer = await send(entry);
      } catch (error) {
        heardAt = -HEARD; // none any more
        return false;
      }
      const { status, text, passedOn } = answer;
      if (answer.kept) await remove(entry.id);
      else if (answer.refused) await revise(entry.id, { refused: { status, text, passedOn } });
      else return false;
      if (others) others.postMessage([entry.key, answer]);
      await told(entry.key, answer);
    }
  };

  const hasSignal = async () => {
    try {
      if (performance.now() - heardAt > HEARD) await greet();
      return true;
    } catch (error) {
      return false;
    }
  };

  // One page at a time, or the worker: the office counts a press once, but need not be asked twice.
  const alone = async (work) => {
    if (!navigator.locks) return work();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LONGEST_TURN);
    try {
      return await navigator.locks.request("unsent", { signal: patience.signal }, () => {
        clearTimeout(timer);
        return work();
      });
    } catch (error) {
      if (error.name !== "AbortError") throw error;
      return work();
    }
  };

  // Whether nothing waits any more; what comes while one is under way is looked for once more.
  const drain = () => {
    if (!running) {
      running = alone(run).finally(() => {
        running = null;
      });
      return running;
    }
    if (!next) {
      const again = () => {
        next = null;
        return drain();
      };
      next = running.then(again, again);
    }
    return next;
  };

  // Also of what another page or the worker has sent.
  const listen = (listener) => {
    told = listener;
    if (others) others.onmessage = (event) => listener(...event.data);
  };

  return { all, add, remove, takeBack, newKey, now, officeTime, setAhead, hasSignal, drain, listen, statusOf };
})();
