// Shortcuts: every element with data-key="Alt+KeyN" is reached by it. Silent while a syllable is composing.
// Several with data-turns may have one key: each press goes on to the next of them, and Enter presses it.
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
    const found = [...document.querySelectorAll("[data-key]")].filter(
      (candidate) => candidate.dataset.key === wanted && !candidate.disabled && candidate.offsetParent !== null,
    );
    if (!found.length) {
      return;
    }
    event.preventDefault();
    if (found.length > 1 && found.every((each) => each.hasAttribute("data-turns"))) {
      found[(found.indexOf(document.activeElement) + 1) % found.length].focus(); // which of them, Enter says
    } else {
      act(found[0]);
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

  // What is refused to a page comes as 200, its status in a header: see errors.py.
  window.isRefused = (answer) => !answer.ok || answer.redirected || answer.headers.has("X-Refused");

  // htmx would write on the console that a newer question has replaced one; what fails, the browser writes itself.
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.error = "";
  });

  // A fragment that does not come is never silent, and no page comes in its place.
  const trouble = (wrong) => {
    const words = document.getElementById("trouble");
    if (words) {
      words.hidden = !wrong;
    }
  };
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => trouble(true));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.getResponseHeader("X-Refused")) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.successful) {
      trouble(event.detail.xhr.getResponseHeader("X-Refused"));
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

  // A line of what is still to ask leads to its field; where the page says so, the first does at once.
  const reach = (link) => {
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const fields = "input:not([type=hidden]), select, textarea, button";
    const meant = place && place.dataset.reach && document.querySelector(place.dataset.reach);
    const field = meant || (place && (place.matches(fields) ? place : place.querySelector(fields) || place));
    if (field) {
      field.focus();
    }
    return Boolean(field);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".problems-list a[href^='#']");
    if (link && reach(link)) {
      event.preventDefault();
    }
  });
  const problems = document.getElementById("problems");
  if (problems && !(problems.hasAttribute("data-first") && reach(problems.querySelector("a")))) {
    problems.focus();
  }
})();
