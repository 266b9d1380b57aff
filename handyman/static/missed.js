// Texts that did not arrive, by keys: Alt and an arrow choose a row, Alt and a letter does what its buttons say.
(() => {
  "use strict";

  const TWICE = 1500; // milliseconds: nobody rings the next person in so short a time

  const rows = () => [...document.querySelectorAll(".missed-row")];
  const chosen = () => document.activeElement && document.activeElement.closest(".missed-row");

  const choose = (row) => {
    if (row) {
      row.focus();
      row.scrollIntoView({ block: "nearest" });
    }
  };

  const move = (by) => {
    const all = rows();
    const at = all.indexOf(chosen());
    choose(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  };

  // A key pressed twice by mistake: the list has come back since, and the second one would be for another person.
  const isSecond = (code) => {
    const [last, at] = (sessionStorage.getItem("missed-key") || "").split(" ");
    return last === code && Date.now() - Number(at) < TWICE;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || !rows().length) {
      return;
    }
    const onRow = event.target.matches(".missed-row");
    if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      if (event.altKey || onRow) {
        event.preventDefault();
        move(event.code === "ArrowDown" ? 1 : -1);
      }
      return;
    }
    if (!event.altKey) {
      return;
    }
    const wanted = `[data-row-key="Alt+${event.code}"]`;
    if (!document.querySelector(wanted)) {
      return;
    }
    event.preventDefault();
    const row = chosen();
    const control = row && row.querySelector(wanted);
    if (!row) {
      move(0); // nothing is done to a row that nobody has chosen
    } else if (control && !event.repeat && !isSecond(event.code)) {
      sessionStorage.setItem("missed-key", `${event.code} ${Date.now()}`);
      control.click();
    }
  });

  // After something was done the list is read anew: the next row is chosen, or the first when that has gone too.
  // Where nothing was noted, as there is something else to say by now, the same row is.
  const start = () => {
    choose(document.querySelector(".missed-row[data-changed]"));
    const asked = location.hash.slice(1);
    if (asked.startsWith("missed")) {
      choose(document.getElementById(asked === "missed" ? "" : asked) || rows()[0]);
    }
  };
  start();
})();
