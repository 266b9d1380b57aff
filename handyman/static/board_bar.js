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
  let undo = "";
  let goes = 0;

  const hide = () => {
    window.clearTimeout(goes);
    const inside = bar.contains(document.activeElement);
    bar.hidden = true;
    undo = "";
    if (inside) {
      document.getElementById("board-part").focus({ preventScroll: true });
    }
  };

  bar.addEventListener("bar:hide", hide);
  bar.addEventListener("bar:show", (event) => {
    const { text, undo: token = "", href = "", refused = false, seconds = SECONDS } = event.detail;
    window.clearTimeout(goes);
    undo = token;
    link.hidden = !href;
    if (href) {
      link.setAttribute("href", href);
    }
    button.hidden = !token;
    bar.classList.toggle("is-refusal", refused);
    bar.querySelector("p").textContent = text;
    bar.hidden = false;
    goes = window.setTimeout(hide, seconds * 1000);
  });
  button.addEventListener("click", () => {
    const token = undo;
    if (token) {
      hide();
      bar.dispatchEvent(new CustomEvent("bar:undo", { detail: token }));
    }
  });
})();
