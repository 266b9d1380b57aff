// The promise: windows come by themselves once place and work are known, and the chosen one is kept for the caller.
(() => {
  "use strict";

  const form = document.getElementById("call");
  const box = document.getElementById("windows");
  const held = document.getElementById("held");
  if (!form || !box || !held || !window.htmx) {
    return;
  }

  const isKnown = () =>
    form.querySelector("[data-found], [data-candidate]") && // also one that is still to be confirmed
    [...form.querySelectorAll("[data-quantity]")].some((quantity) => Number.parseInt(quantity.value, 10) > 0);
  // What the windows hang on, as it stands: asked for again only when that is other than before.
  const NAMES = /^(item-|suits|order|only$|place_key$|located_for$|lat$|lon$|person_id$)/;
  const wish = () => JSON.stringify([...new FormData(form).entries()].filter(([name]) => NAMES.test(name)));
  const replaced = () => {}; // a newer question took its place; what fails is told by app.js
  let timer = 0;
  let asked = "";
  const find = () => {
    if (isKnown() && wish() !== asked) {
      asked = wish();
      window.htmx.ajax("POST", "/calls/windows", { source: box, target: box, swap: "innerHTML", values: { auto: "yes" } }).catch(replaced);
    }
  };
  const soon = (milliseconds) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(find, milliseconds);
  };
  const stands = () => !box.matches(".is-old") && box.querySelector(".window"); // also with work that is done elsewhere
  const asks = (target) => target.closest(stands() ? "[data-item]:not(.is-elsewhere)" : "[data-item]") || target.matches("[name=suits], [name=order], [name=only], #suits_from");

  form.addEventListener("change", (event) => {
    if (asks(event.target)) {
      soon(50);
    }
  });
  form.addEventListener("input", (event) => {
    if (asks(event.target)) {
      soon(450);
    }
  });

  // Three stand there whole; the rest of the list comes by the arrow keys.
  const SHOWN = 3;
  const showWhole = () => {
    const list = box.querySelector(".windows-list");
    const rows = list ? [...list.children] : [];
    if (rows.length > SHOWN) {
      const end = rows[SHOWN - 1].getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top;
      list.style.setProperty("--three", `${Math.ceil(end) + 10}px`);
    }
    const chosen = list && list.querySelector(".window:has(:checked)");
    if (chosen) {
      const [whole, own] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
      const below = own.bottom + 8 - whole.bottom;
      list.scrollTop += own.top < whole.top ? own.top - 8 - whole.top : Math.max(below, 0);
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "choice") {
      showWhole();
    }
  });
  showWhole();

  // What is kept is free again when the wish changes, and when the page is left.
  const isKept = () => held.querySelector("[data-seconds]") !== null;
  form.addEventListener("aged", () => {
    if (isKept()) {
      window.htmx.ajax("POST", "/calls/hold", { source: held, target: held, swap: "innerHTML", values: { choice: "" } }).catch(replaced);
    }
  });
  window.addEventListener("pagehide", () => {
    if (isKept() && form.dataset.sent !== "yes") {
      const words = new FormData();
      ["csrf_token", "submission_key"].forEach((name) => words.append(name, form.elements[name].value));
      navigator.sendBeacon("/calls/hold", words);
    }
  });

  // What is struck through cannot be chosen: whoever tries hears why, until the new ones stand there.
  const early = () => held.querySelector("[data-early]");
  box.addEventListener("click", (event) => {
    if (box.matches(".is-old") && event.target.closest(".windows-list label")) {
      const words = document.createElement("p");
      words.className = "held is-over";
      words.dataset.early = "";
      words.textContent = box.dataset.early;
      held.replaceChildren(words);
    }
  });

  // Without a promise, why is what comes next.
  box.addEventListener("click", (event) => {
    const why = event.target.closest("label[for=choice-0]") && document.getElementById("wait_reason");
    if (why) {
      window.setTimeout(() => why.focus());
    }
  });

  let over = 0;
  const countDown = () => {
    window.clearTimeout(over);
    const words = held.querySelector("[data-seconds]");
    if (words) {
      over = window.setTimeout(() => {
        words.textContent = words.dataset.over;
        words.classList.add("is-over");
      }, 1000 * Number(words.dataset.seconds));
    }
  };
  countDown();

  // What was chosen while the same windows were asked for once more stays chosen.
  const choices = () => [...box.querySelectorAll("[name=choice]")];
  let chosen = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "windows") {
      chosen = (choices().find((each) => each.checked) || { value: "" }).value;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target.id;
    if (target === "where") {
      soon(0);
    } else if (target === "held") {
      countDown();
    }
    if (target === "windows" && early()) {
      early().remove();
    }
    if (target === "windows" && chosen) {
      const same = choices().find((each) => each.value === chosen);
      if (same) {
        same.checked = true;
      } else {
        form.dispatchEvent(new CustomEvent("aged"));
      }
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "windows") {
      showWhole();
      form.dispatchEvent(new CustomEvent("offered"));
    }
  });
})();
