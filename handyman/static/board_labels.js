// While a card is in hand, what each row says of it stands where the row is empty, and covers no card.
(() => {
  "use strict";

  const part = document.getElementById("board-part");
  if (!part) {
    return;
  }
  const LEAST = 130; // a narrower gap has no room for words: they stand under the name
  const EDGE = 4;

  // Whose row it is stands at the left, whatever is scrolled.
  const head = (row) => row.querySelector(".board-name").getBoundingClientRect();

  // The widest piece of the row that is in sight and empty.
  const gap = (row, view) => {
    const lane = row.querySelector(".board-lane").getBoundingClientRect();
    const [from, to] = [Math.max(lane.left, head(row).right), Math.min(lane.right, view.right)];
    const taken = [...row.querySelectorAll(".board-job, .inline-form")].map((each) => each.getBoundingClientRect());
    taken.sort((one, other) => one.left - other.left);
    let best = { left: from, wide: 0 };
    let left = from;
    [...taken, { left: to, right: to }].forEach((each) => {
      const wide = Math.min(each.left, to) - left;
      best = wide > best.wide ? { left, wide } : best;
      left = Math.max(left, each.right);
    });
    return best;
  };

  const place = () => {
    const view = document.getElementById("board-scroll").getBoundingClientRect();
    const lines = [...part.querySelectorAll(".board-may")];
    const gaps = lines.map((line) => gap(line.parentNode, view));
    const heads = lines.map((line) => head(line.parentNode).left);
    lines.forEach((line, at) => {
      const { left, wide } = gaps[at];
      const fits = wide >= LEAST;
      line.classList.toggle("is-in-head", !fits);
      line.style.left = `${(fits ? left + EDGE : heads[at]) - line.parentNode.getBoundingClientRect().left}px`;
      line.style.maxWidth = fits ? `${wide - 2 * EDGE}px` : "";
    });
  };
  part.addEventListener("labels:place", (event) => {
    if (event.detail === "keys") {
      part.querySelector(".board-ghost").scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    place();
  });
  part.addEventListener("scroll", place, true); // the day is wider than a telephone
})();
