// Shortcuts: every element with data-key="Alt+KeyN" is reached by it. Silent while a syllable is composing.
// In a box the keys without Alt are the box's own, but for Ctrl+Enter.
(() => {
  "use strict";

  const held = (event) =>
    [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", event.code].filter(Boolean).join("+");

  const act = (element) => {
    if (element.matches("input:not([type=submit]), select, textarea")) {
      element.focus();
    } else {
      element.click();
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !(event.altKey || event.ctrlKey)) {
      return;
    }
    const wanted = held(event);
    const writing = event.target instanceof Element && event.target.matches("input, textarea");
    if (writing && !event.altKey && wanted !== "Ctrl+Enter") {
      return; // Ctrl+Z there takes back what was typed
    }
    const element = [...document.querySelectorAll("[data-key]")].find(
      (candidate) => candidate.dataset.key === wanted && !candidate.disabled && candidate.offsetParent !== null,
    );
    if (element) {
      event.preventDefault();
      act(element);
    }
  });

  // One press, one submission: a form that is on its way is not sent again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
    }
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // A fragment that does not come is never silent.
  const trouble = (wrong) => {
    const words = document.getElementById("trouble");
    if (words) {
      words.hidden = !wrong;
    }
  };
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => trouble(true));
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.successful) {
      trouble(false);
    }
  });

  // A list that unfolds over the page closes again: by Escape, by going elsewhere.
  document.querySelectorAll(".menu-more details").forEach((rest) => {
    rest.addEventListener("keydown", (event) => {
      if (event.code === "Escape" && rest.open) {
        rest.open = false;
        rest.querySelector("summary").focus();
      }
    });
    rest.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !rest.contains(event.relatedTarget)) {
        rest.open = false;
      }
    });
    document.addEventListener("pointerdown", (event) => {
      if (!rest.contains(event.target)) {
        rest.open = false;
      }
    });
  });

  const problems = document.getElementById("problems");
  if (problems) {
    problems.focus();
  }
})();
