// On a desk, what is to be chosen at the door stands beside the map while no card of the caller's does: the houses
// that may be meant, and what is open there, where the words for 119 leave it room. Else it stands below the address.
(() => {
  "use strict";

  const card = document.getElementById("caller-card");
  const where = document.getElementById("where");
  const beside = document.getElementById("beside");
  if (!card || !where) {
    return;
  }
  const DESK = window.matchMedia("(min-width: 1100px) and (min-height: 600px)");
  const isTold = () => document.querySelector(".danger-banner:not(.is-off), #danger:checked");
  const hasRoom = (part) => DESK.matches && !card.querySelector(".known") && (part.matches(".candidates") || !isTold());
  const place = () => {
    const at = document.activeElement;
    [...beside.children, ...where.querySelectorAll(".candidates, .open-here")].forEach((part) => {
      const column = hasRoom(part) ? beside : where;
      if (part.parentElement !== column) {
        column.append(part);
      }
    });
    if (at !== document.activeElement) {
      at.focus(); // what moves loses it
    }
  };
  place();
  DESK.addEventListener("change", place);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === where) {
      beside.replaceChildren();
    }
    place();
  });
  document.addEventListener("htmx:afterSettle", place); // only then the words for 119 are on, or off
})();
