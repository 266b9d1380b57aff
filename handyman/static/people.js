// The box that finds people, on every page: a list while somebody types, the card by Enter, a call by Alt+Enter.
(() => {
  "use strict";

  const box = document.getElementById("find-people");
  if (!box) {
    return;
  }
  const PAUSE = 60; // milliseconds: a fast typist's strokes are asked about together
  const list = document.getElementById("found-people");
  const count = document.getElementById("found-count");
  const onCall = () => Boolean(document.getElementById("call"));
  let waiting = 0;
  let asked = 0;
  let asking = null;
  let listed = null; // the words that the list is for

  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");
  const forget = () => {
    asked += 1;
    window.clearTimeout(waiting);
    if (asking) {
      asking.abort();
      asking = null;
    }
  };
  const close = () => {
    forget();
    listed = null;
    list.hidden = true;
    list.replaceChildren();
    count.textContent = "";
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const show = (html) => {
    list.innerHTML = html;
    const found = options();
    list.hidden = !found.length;
    count.textContent = found.length ? count.dataset.some.replace("#", found.length) : count.dataset.none;
    box.setAttribute("aria-expanded", String(Boolean(found.length)));
    box.removeAttribute("aria-activedescendant");
    if (found.length) {
      mark(found[0]);
    }
  };

  // The newest question alone counts; one that is not answered leaves the list as it is.
  const suggest = () => {
    forget();
    const mine = asked;
    const words = box.value;
    if (!words.trim()) {
      close();
      return;
    }
    asking = new AbortController();
    const said = new URLSearchParams(new FormData(box.form));
    fetch(box.dataset.suggest, { method: "POST", body: said, credentials: "same-origin", signal: asking.signal })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null))
      .then((html) => {
        if (html !== null && mine === asked && document.activeElement === box) {
          listed = words;
          show(html);
        }
      })
      .catch(() => {});
  };

  // A card beside a call that is being taken opens in a window of its own: what was typed stays.
  const open = (option) => {
    const href = option.dataset.card;
    close();
    if (onCall()) {
      window.open(href, "_blank", "noopener");
    } else {
      window.location.assign(href);
    }
  };
  const call = (option) => {
    const href = option.dataset.call;
    close();
    window.location.assign(href);
  };

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(suggest, PAUSE);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const all = options();
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (enter && active() && listed === box.value) {
      event.preventDefault();
      event.stopPropagation();
      (event.altKey ? call : open)(active());
    } else if (event.altKey) {
      return;
    } else if (["ArrowDown", "ArrowUp"].includes(event.code)) {
      event.preventDefault();
      if (all.length) {
        mark(all[(all.indexOf(active()) + (event.code === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      } else {
        suggest();
      }
    } else if (event.code === "Escape" && all.length) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault(); // the box keeps the focus, also while the list is scrolled
    if (option && event.button === 0) {
      (event.target.closest("[data-start-call]") ? call : open)(option);
    }
  });
})();
