// A list under a box, of what its words may mean: asked for while somebody types, and one line of it is marked.
(() => {
  "use strict";

  const PAUSE = 60; // milliseconds: a fast typist's strokes are asked about together

  // `said`: what is asked, or null for nothing; `came`: the list is new.
  window.listUnder = (box, list, count, { said, came }) => {
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
    const unmark = () => {
      options().forEach((each) => each.setAttribute("aria-selected", "false"));
      box.removeAttribute("aria-activedescendant");
    };
    const mark = (option) => {
      unmark();
      option.setAttribute("aria-selected", "true");
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const close = () => {
      forget();
      listed = null;
      list.hidden = true;
      list.replaceChildren();
      count.textContent = "";
      count.classList.remove("is-none");
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const show = (html) => {
      list.innerHTML = html;
      const found = options().length;
      list.hidden = !found;
      count.textContent = found ? count.dataset.some.replace("#", found) : count.dataset.none;
      count.classList.toggle("is-none", !found);
      box.setAttribute("aria-expanded", String(Boolean(found)));
      box.removeAttribute("aria-activedescendant");
      came(options());
    };

    // The newest question alone counts; one that is not answered leaves the list as it is.
    const suggest = () => {
      forget();
      const mine = asked;
      const words = box.value;
      const body = said();
      if (!body) {
        close();
        return;
      }
      asking = new AbortController();
      fetch(box.dataset.suggest, { method: "POST", body, credentials: "same-origin", signal: asking.signal })
        .then((answer) => (window.isRefused(answer) ? null : answer.text()))
        .then((html) => {
          if (html !== null && mine === asked && document.activeElement === box) {
            listed = words;
            show(html);
          }
        })
        .catch(() => {});
    };

    const soon = () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(suggest, PAUSE);
    };
    const onPress = (choose) =>
      list.addEventListener("pointerdown", (event) => {
        const option = event.target.closest("[role=option]");
        event.preventDefault(); // the box keeps the focus, also while the list is scrolled
        if (option && event.button === 0) {
          choose(option, event.target);
        }
      });
    return { options, active, forget, mark, unmark, close, suggest, soon, onPress, isFor: (words) => listed === words };
  };
})();
