// The box that finds people, on every page: a list while somebody types, the card by Enter, a call by Alt+Enter.
(() => {
  "use strict";

  const box = document.getElementById("find-people");
  if (!box) {
    return;
  }
  const onCall = () => Boolean(document.getElementById("call"));
  const list = window.listUnder(
    box,
    document.getElementById("found-people"),
    document.getElementById("found-count"),
    {
      said: () => (box.value.trim() ? new URLSearchParams(new FormData(box.form)) : null),
      came: ([first]) => first && list.mark(first),
    },
  );

  // A card beside a call that is being taken opens in a window of its own: what was typed stays.
  const open = (option) => {
    const href = option.dataset.card;
    list.close();
    if (onCall()) {
      window.open(href, "_blank", "noopener");
    } else {
      window.location.assign(href);
    }
  };
  const call = (option) => {
    const href = option.dataset.call;
    list.close();
    window.location.assign(href);
  };

  box.addEventListener("input", list.soon);
  box.addEventListener("blur", list.close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const all = list.options();
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (enter && list.active() && list.isFor(box.value)) {
      event.preventDefault();
      event.stopPropagation();
      (event.altKey ? call : open)(list.active());
    } else if (event.altKey) {
      return;
    } else if (["ArrowDown", "ArrowUp"].includes(event.code)) {
      event.preventDefault();
      if (all.length) {
        list.mark(all[(all.indexOf(list.active()) + (event.code === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      } else {
        list.suggest();
      }
    } else if (event.code === "Escape" && all.length) {
      event.preventDefault();
      list.close();
    }
  });
  list.onPress((option, at) => (at.closest("[data-start-call]") ? call : open)(option));
})();
