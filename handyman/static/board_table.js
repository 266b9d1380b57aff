// The table of the day stands folded away below the lanes, there for a reader and for Tab, until it is asked for.
(() => {
  "use strict";

  const part = document.getElementById("board-part");

  const fold = () => part.classList.toggle("is-folded", window.location.hash !== "#table");

  window.addEventListener("hashchange", fold);
  fold();
})();
