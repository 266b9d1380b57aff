// Open pages stay true: a part with data-live="/live" asks there for a version, and when that is another one than it
// has seen, the part is fetched from data-live-from (else from the page itself) and put in place of the old one.
// It asks every data-live-every milliseconds; told that its page is over, it opens the page anew.
// The focus, what was scrolled and whatever somebody has in hand stay: "live:before" can be refused until later.
(() => {
  "use strict";

  const EVERY = 1000; // milliseconds; longer than an answer takes, and in two seconds the news is there
  const AFTER_TROUBLE = 5000;
  const OVER = "over";
  const HEADERS = { "X-By-Itself": "1" };

  const get = (path) =>
    fetch(path, { headers: HEADERS, credentials: "same-origin" }).then((answer) => {
      if (window.isRefused(answer)) {
        throw new Error(String(answer.status));
      }
      return answer.text();
    });

  // The newest part by its text: a part that is a whole page holds itself by its id, and has a title.
  const read = (part, html) => {
    const found = new DOMParser().parseFromString(html, "text/html");
    return { title: found.title, newest: found.getElementById(part.id) || found.body };
  };

  const isTyping = (part) => {
    const at = document.activeElement;
    return part.contains(at) && at.matches("input, select, textarea");
  };

  const swap = (part, html) => {
    const at = document.activeElement;
    const had = part.contains(at);
    const named = (element) => [...part.querySelectorAll("a[href]")].filter((each) => each.href === element.href);
    const turn = had && at.href ? named(at).indexOf(at) : -1; // a link without an id: the same one again
    const scrolled = [...part.querySelectorAll("[id]")].filter((each) => each.scrollLeft || each.scrollTop);
    const places = scrolled.map((each) => [each.id, each.scrollLeft, each.scrollTop]);
    const { title, newest } = read(part, html);
    part.replaceChildren(...newest.childNodes);
    document.title = title || document.title;
    places.forEach(([id, left, top]) => {
      const element = document.getElementById(id);
      if (element) {
        element.scrollLeft = left;
        element.scrollTop = top;
      }
    });
    if (had) {
      const same = at.id ? document.getElementById(at.id) : turn >= 0 && named(at)[turn];
      (same || part).focus({ preventScroll: true });
    }
    if (window.htmx) {
      window.htmx.process(part);
    }
    part.dispatchEvent(new CustomEvent("live:after", { bubbles: true }));
  };

  const watch = (part) => {
    const from = part.dataset.liveFrom || window.location.href;
    const every = Number(part.dataset.liveEvery) || EVERY;
    let timer = 0;
    let failed = 0;
    const mayChange = () =>
      !isTyping(part) && part.dispatchEvent(new CustomEvent("live:before", { bubbles: true, cancelable: true }));
    const draw = (version) =>
      get(from).then((html) => {
        if (mayChange()) {
          part.dataset.liveSeen = version;
          swap(part, html);
        }
      });
    const look = () =>
      get(part.dataset.live).then((version) => {
        if (version === part.dataset.liveSeen || !mayChange()) {
          return undefined;
        }
        return version === OVER ? window.location.reload() : draw(version);
      });
    const tell = (wrong) => {
      const words = document.getElementById("trouble");
      failed = wrong ? failed + 1 : 0;
      if (words && (failed === 3 || !wrong)) {
        words.hidden = !wrong;
      }
    };
    const go = () => {
      window.clearTimeout(timer);
      if (document.hidden) {
        return;
      }
      look()
        .then(() => tell(false))
        .catch(() => tell(true))
        .finally(() => {
          window.clearTimeout(timer);
          timer = window.setTimeout(go, failed ? Math.max(every, AFTER_TROUBLE) : every);
        });
    };
    document.addEventListener("visibilitychange", go);
    // Whoever has just changed something need not wait for the next look.
    part.addEventListener("live:now", (event) => {
      get(part.dataset.live).then(draw).catch(() => tell(true)).finally(event.detail);
    });
    timer = window.setTimeout(go, every);
  };

  document.querySelectorAll("[data-live]").forEach(watch);
})();
