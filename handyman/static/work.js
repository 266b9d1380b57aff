// The work list by keys: the one printed beside a list leads there, the arrows from row to row; Enter follows the link.
(() => {
  "use strict";

  const ways = () => [...document.querySelectorAll(".work-do")];

  const choose = (way) => {
    if (way) {
      way.focus();
      way.scrollIntoView({ block: "nearest" });
    }
  };

  const step = (by) => {
    const all = ways();
    const at = all.indexOf(document.activeElement);
    choose(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if (typing || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      event.preventDefault();
      step(event.code === "ArrowDown" ? 1 : -1);
    } else {
      const code = event.code.replace(/^Numpad(?=\d$)/, "Digit");
      choose(document.querySelector(`[data-code="${code}"] .work-do`));
    }
  });
})();
