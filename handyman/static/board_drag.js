// A card of the day board under a mouse, a pen or a finger: pressed, dragged, dropped. What comes of it is board.js's.
// A finger that moves at once scrolls the page; one that rests on a card for a moment takes it.
(() => {
  "use strict";

  const part = document.getElementById("board-part");
  if (!part) {
    return;
  }
  const FIRST = 8 * 60; // the board's hours, in minutes of the day
  const LAST = 20 * 60;
  const FAR_ENOUGH = 5; // pixels before a press is a drag
  const UNSTEADY = 10; // pixels that a finger at rest may move
  const LONG_ENOUGH = 350; // milliseconds; before a browser takes a long press for its own menu
  const EDGE = 48; // pixels from where what lies beyond comes into sight
  let pressed = null; // a card under a pointer that has not moved yet
  let dragged = null; // and one that is in hand: where on it the pointer holds it
  let rests = 0;

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

  const beyond = (at, low, high) => (at < low + EDGE ? -EDGE / 2 : at > high - EDGE ? EDGE / 2 : 0);
  const bringIn = (event) => {
    const box = document.getElementById("board-scroll");
    const { right } = box.getBoundingClientRect();
    const left = box.querySelector(".board-name").getBoundingClientRect().right; // beneath the names lies what is scrolled
    box.scrollBy(beyond(event.clientX, Math.max(left, 0), Math.min(right, window.innerWidth)), 0);
    window.scrollBy(0, beyond(event.clientY, 0, window.innerHeight));
  };

  const letGo = () => {
    window.clearTimeout(rests);
    pressed = null;
    dragged = null;
  };

  const take = () => {
    const { card, x, id } = pressed;
    pressed = null;
    if (!card.isConnected) {
      return; // drawn anew under the pointer
    }
    dragged = { card, id, grabbed: x - card.parentNode.getBoundingClientRect().left };
    card.setPointerCapture(id);
    tell("lift", card);
  };

  part.addEventListener("dragstart", (event) => event.preventDefault());
  part.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".is-movable");
    if (dragged) {
      return; // another finger
    }
    letGo();
    tell("press");
    if (card && event.button === 0) {
      const touch = event.pointerType === "touch";
      pressed = { card, touch, x: event.clientX, y: event.clientY, id: event.pointerId };
      if (touch) {
        rests = window.setTimeout(() => pressed && take(), LONG_ENOUGH);
      }
    }
  });
  part.addEventListener("pointermove", (event) => {
    if (pressed && pressed.id === event.pointerId) {
      const moved = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
      if (pressed.touch && moved > UNSTEADY) {
        letGo();
      } else if (!pressed.touch && moved > FAR_ENOUGH) {
        take();
      }
    }
    if (dragged && dragged.id === event.pointerId) {
      bringIn(event);
      tell("carry", place(event));
    }
  });
  part.addEventListener("pointerup", (event) => {
    if (dragged && dragged.id !== event.pointerId) {
      return;
    }
    if (dragged) {
      tell("carry", place(event));
      // What ends a drag is no click on the link; a click that never comes leaves nothing behind.
      const { card } = dragged;
      const still = (click) => click.preventDefault();
      card.addEventListener("click", still, { once: true });
      window.setTimeout(() => card.removeEventListener("click", still));
      tell("drop");
    }
    letGo();
  });
  part.addEventListener("pointercancel", (event) => {
    if (!dragged || dragged.id === event.pointerId) {
      letGo();
      tell("leave");
    }
  });

  // Under a finger that holds a card the page stands still, and no menu of the link opens.
  part.addEventListener("touchmove", (event) => dragged && event.preventDefault(), { passive: false });
  part.addEventListener("contextmenu", (event) => {
    if (dragged || (pressed && pressed.touch)) {
      event.preventDefault();
    }
  });
})();
