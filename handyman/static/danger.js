// Words of danger, typed anywhere in the call, put the words to say on top: the server knows them.
(() => {
  "use strict";

  const form = document.getElementById("call");
  if (!form || !window.htmx) {
    return;
  }
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
