// Words of danger, typed anywhere in the call, put the words to say on top: the server knows them.
// On a desk they stand over the card of whoever calls, unless that is full: what is asked for needs the room beside it.
(() => {
  "use strict";

  const form = document.getElementById("call");
  if (!form || !window.htmx) {
    return;
  }
  const DESK = window.matchMedia("(min-width: 1100px) and (min-height: 600px)");
  const [left, card] = [form.querySelector(".call-left"), document.getElementById("caller-card")];
  const place = () => {
    const isFull = card.querySelector(".known") && form.querySelector(".windows-list .window");
    const words = document.getElementById("danger-banner");
    const before = DESK.matches && !isFull ? card.firstElementChild : left.querySelector(".call-title").nextElementSibling;
    if (before !== words) {
      before.before(words);
    }
  };
  place();
  DESK.addEventListener("change", place);
  document.addEventListener("htmx:afterSwap", place);
  const PAUSE = 300; // milliseconds after the last letter
  const WORD = /[가-힣]{2}|[a-z]{3}/i; // fewer letters say nothing, in Korean or in English
  const said = () =>
    [...form.querySelectorAll("input[type=text], textarea")].map((field) => field.value).filter((words) => WORD.test(words)).join();
  let asked = said();
  let timer = 0;

  form.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=text], textarea")) {
      return;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (said() !== asked) {
        asked = said();
        const how = { source: "#danger-banner", target: "#danger-banner", swap: "outerHTML" };
        window.htmx.ajax("POST", "/calls/danger", how).catch(() => {}); // what fails is told by app.js
      }
    }, PAUSE);
  });
})();
