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
  let ways = []; // back from what was done in the last seconds, the newest last: a move's token, a call's form
  let goes = 0;

  const hide = () => {
    window.clearTimeout(goes);
    const inside = bar.contains(document.activeElement);
    bar.hidden = true;
    if (inside) {
      document.getElementById("board-part").focus({ preventScroll: true });
    }
  };

  bar.addEventListener("bar:show", (event) => {
    const { text, undo = "", href = "", refused = false, seconds = SECONDS } = event.detail;
    window.clearTimeout(goes);
    const now = Date.now();
    ways = ways.filter((each) => each.until > now);
    if (undo) {
      ways.push({ undo, until: now + seconds * 1000 });
    }
    link.hidden = !href;
    if (href) {
      link.setAttribute("href", href);
    }
    button.hidden = refused || !ways.length;
    bar.classList.toggle("is-refusal", refused);
    bar.querySelector("p").textContent = text;
    bar.hidden = false;
    goes = window.setTimeout(hide, seconds * 1000);
  });
  // The next move begins: why the last one was refused would be read as its answer.
  bar.addEventListener("bar:next", () => {
    if (bar.classList.contains("is-refusal")) {
      hide();
    }
  });
  button.addEventListener("click", () => {
    const last = ways.pop();
    hide();
    if (last && last.undo instanceof HTMLFormElement) {
      last.undo.requestSubmit();
    } else if (last) {
      bar.dispatchEvent(new CustomEvent("bar:undo", { detail: last.undo }));
    }
  });

  // Who was just called from their stand-by: told by the page itself, and undone like every move.
  const called = document.getElementById("board-called");
  if (called) {
    const [text, seconds] = [called.querySelector("p").textContent, Number(called.dataset.seconds)];
    bar.dispatchEvent(new CustomEvent("bar:show", { detail: { text, undo: called.querySelector("form"), seconds } }));
    called.hidden = true;
    bar.focus({ preventScroll: true });
  }
})();
