// A card of the day board under a mouse or a pen: pressed, dragged, dropped. What comes of it is board.js's.
// A finger scrolls the page, and has the visit's own page for this.
(() => {
  "use strict";

  const part = document.getElementById("board-part");
  if (!part) {
    return;
  }
  const FIRST = 8 * 60; // the board's hours, in minutes of the day
  const LAST = 20 * 60;
  const FAR_ENOUGH = 5; // pixels before a press is a drag
  let pressed = null; // a card under a pointer that has not moved yet
  let dragged = null; // and one that has: where on it the pointer holds it

  const tell = (name, detail) => part.dispatchEvent(new CustomEvent(`hand:${name}`, { detail }));

  const place = (event) => {
    const row = [...part.querySelectorAll("[data-member]")].find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY < box.bottom;
    });
    const lane = part.querySelector(".board-lane").getBoundingClientRect();
    const share = (event.clientX - dragged.grabbed - lane.left) / lane.width;
    return { row, minute: FIRST + share * (LAST - FIRST) };
  };

  part.addEventListener("dragstart", (event) => event.preventDefault());
  part.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".is-movable");
    tell("press");
    if (card && event.button === 0 && event.pointerType !== "touch") {
      pressed = { card, x: event.clientX, y: event.clientY, id: event.pointerId };
    }
  });
  part.addEventListener("pointermove", (event) => {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR_ENOUGH) {
      const { card, x, id } = pressed;
      pressed = null;
      if (!card.isConnected) {
        return; // drawn anew under the pointer
      }
      dragged = { card, grabbed: x - card.parentNode.getBoundingClientRect().left };
      card.setPointerCapture(id);
      tell("lift", card);
    }
    if (dragged) {
      tell("carry", place(event));
    }
  });
  part.addEventListener("pointerup", (event) => {
    pressed = null;
    if (dragged) {
      tell("carry", place(event));
      // What ends a drag is no click on the link; a click that never comes leaves nothing behind.
      const { card } = dragged;
      const still = (click) => click.preventDefault();
      card.addEventListener("click", still, { once: true });
      window.setTimeout(() => card.removeEventListener("click", still));
      dragged = null;
      tell("drop");
    }
  });
  part.addEventListener("pointercancel", () => {
    pressed = null;
    dragged = null;
    tell("leave");
  });
})();
