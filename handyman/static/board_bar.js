// The bar under the day board: what has just changed, with the way back for as long as there is one.
(() => {
  "use strict";

  const bar = document.getElementById("board-bar");
  if (!bar) {
    return;
  }
  const SECONDS = 15; // a sentence without a way back is read by then
  const link = bar.querySelector("a");
  const button = document.getElementById("board-undo");
  const part = document.getElementById("board-part");
  const day = new URL(part.dataset.liveFrom, window.location.href).searchParams.get("day");
  let goes = 0;

  // The ways back from what was done in the last seconds, the newest last: a move's token, or where a call is undone.
  // They outlast the page: a call and its undo load it anew, and so does whoever looks at a visit and comes back.
  const WAYS = "board-ways";
  const ways = () => JSON.parse(sessionStorage.getItem(WAYS) || "[]").filter((each) => each.until > Date.now());
  const keep = (left) => sessionStorage.setItem(WAYS, JSON.stringify(left));
  const last = () => ways().filter((each) => each.day === day).pop();
  const take = (way) => keep(ways().filter((each) => each.undo !== way.undo || each.until !== way.until));

  const hide = () => {
    window.clearTimeout(goes);
    keep(ways());
    const inside = bar.contains(document.activeElement);
    bar.hidden = true;
    if (inside) {
      part.focus({ preventScroll: true });
    }
  };

  bar.addEventListener("bar:show", (event) => {
    const { text, undo = "", call = false, href = "", refused = false, seconds = SECONDS } = event.detail;
    window.clearTimeout(goes);
    const before = last();
    if (undo) {
      keep([...ways(), { undo, call, text, day, until: Date.now() + seconds * 1000 }]);
    }
    link.hidden = !href;
    if (href) {
      link.setAttribute("href", href);
    }
    button.hidden = !undo && !before;
    bar.classList.toggle("is-refusal", refused);
    bar.querySelector("p").textContent = undo || !before ? text : `${text} ${bar.dataset.before.replace("#", () => before.text)}`;
    bar.hidden = false;
    goes = window.setTimeout(hide, Math.max(seconds * 1000, before && !undo ? before.until - Date.now() : 0));
  });
  // The next move begins: why the last one was refused would be read as its answer.
  bar.addEventListener("bar:next", () => {
    if (bar.classList.contains("is-refusal")) {
      hide();
      goOn();
    }
  });
  const undoCall = (path) => {
    const form = document.createElement("form");
    [form.method, form.action, form.hidden] = ["post", path, true];
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", "day", day];
    form.append(document.querySelector("#board-why [name=csrf_token]").cloneNode(), field);
    document.body.append(form);
    form.requestSubmit();
  };
  button.addEventListener("click", () => {
    const way = last();
    if (way) {
      take(way);
    }
    hide();
    if (way && way.call) {
      undoCall(way.undo);
    } else if (way) {
      bar.dispatchEvent(new CustomEvent("bar:undo", { detail: way.undo }));
    }
  });

  // What was done before this page was drawn can still be undone.
  const goOn = () => {
    const way = last();
    if (way) {
      take(way);
      const seconds = (way.until - Date.now()) / 1000;
      bar.dispatchEvent(new CustomEvent("bar:show", { detail: { ...way, seconds } }));
    }
  };
  // Who was just called from their stand-by: told by the page itself, once, and undone like every move.
  const called = document.getElementById("board-called");
  const here = new URL(window.location.href);
  here.searchParams.delete("called");
  window.history.replaceState(window.history.state, "", here);
  if (called) {
    const [text, seconds] = [called.querySelector("p").textContent, Number(called.dataset.seconds)];
    const undo = called.querySelector("form").getAttribute("action");
    bar.dispatchEvent(new CustomEvent("bar:show", { detail: { text, undo, call: true, seconds } }));
    called.hidden = true;
    bar.focus({ preventScroll: true });
  } else {
    goOn();
  }
})();
