// The cards of the day board by keys: one of them is the board's stop for Tab, the arrows go to the others.
(() => {
  "use strict";

  const part = document.getElementById("board-part");
  let last = ""; // the card that was used last, by its id

  const cards = () => [...part.querySelectorAll(".board-job a")];
  const chosen = () => {
    const all = cards();
    return all.find((each) => each.id === last) || all.find((each) => each.matches(".is-movable")) || all[0];
  };
  const mark = () => {
    const stop = chosen();
    cards().forEach((each) => {
      each.tabIndex = each === stop ? 0 : -1;
    });
  };

  const middle = (card) => {
    const { left, right } = card.getBoundingClientRect();
    return (left + right) / 2;
  };
  const beside = (card, by) => {
    const all = cards();
    return all[all.indexOf(card) + by];
  };
  // In the nearest row there that has any, the one that is nearest in time.
  const above = (card, by) => {
    const lanes = [...part.querySelectorAll(".board-lane")].filter((each) => each.querySelector("a"));
    const lane = lanes[lanes.indexOf(card.closest(".board-lane")) + by];
    const far = (each) => Math.abs(middle(each) - middle(card));
    return lane && [...lane.querySelectorAll("a")].reduce((one, other) => (far(other) < far(one) ? other : one));
  };
  const arrows = {
    ArrowLeft: (card) => beside(card, -1),
    ArrowRight: (card) => beside(card, 1),
    ArrowUp: (card) => above(card, -1),
    ArrowDown: (card) => above(card, 1),
  };

  part.addEventListener("keydown", (event) => {
    const card = event.target.closest(".board-job a");
    const other = event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!card || other || !arrows[event.code] || part.matches(".is-lifting")) {
      return; // a card in hand is carried: see board.js
    }
    event.preventDefault();
    const next = arrows[event.code](card);
    if (next) {
      next.focus();
    }
  });
  part.addEventListener("focusin", (event) => {
    const card = event.target.closest(".board-job a");
    if (card) {
      last = card.id;
      mark();
    }
  });
  part.addEventListener("live:after", mark);

  // From anywhere on the page back to the card; the table of the day folds away again.
  part.addEventListener("click", (event) => {
    const card = event.target.closest(".board-back") && chosen();
    if (card) {
      event.preventDefault();
      window.history.replaceState(window.history.state, "", event.target.closest(".board-back").hash);
      window.dispatchEvent(new HashChangeEvent("hashchange"));
      card.focus();
    }
  });
  mark();
})();
