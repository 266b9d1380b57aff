// Somebody is put into a team past the proposed member: why. A digit chooses and goes on, Esc leaves.
(() => {
  "use strict";

  const why = document.getElementById("board-why");
  if (!why) {
    return;
  }
  const form = why.querySelector("form");
  const problem = document.getElementById("board-why-problem");
  const note = form.querySelector("[name=override_note]");
  const reasons = [...form.querySelectorAll("[name=override_reason]")];
  const FIELDS = ["override_reason", "override_note", "agreed"];
  let asked = null; // what the board wants to know
  let digitActed = false; // by the last key

  const close = () => {
    asked = null;
    if (why.open) {
      why.close();
    }
  };
  const goOn = () => {
    if (asked && !asked.busy()) {
      const typed = new FormData(form);
      asked.go(Object.fromEntries(FIELDS.map((name) => [name, typed.get(name) || ""])));
    }
  };
  const leave = () => {
    const left = asked;
    close();
    if (left) {
      left.leave();
    }
  };

  why.addEventListener("why:close", close);
  why.addEventListener("why:ask", (event) => {
    const again = why.open;
    asked = event.detail;
    problem.hidden = !again;
    problem.textContent = again ? Object.values(asked.fields).join(" ") : "";
    if (again) {
      (asked.fields.override_note ? note : reasons[0]).focus();
      return;
    }
    form.reset();
    document.getElementById("board-why-who").textContent = asked.who;
    const ready = asked.nobodyLeft && reasons.find((each) => each.value === "nobody_left");
    if (ready) {
      ready.checked = true;
    }
    why.showModal();
    (ready || reasons[0]).focus();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    goOn();
  });
  why.addEventListener("keydown", (event) => {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const chosen = digit && reasons[digit[1] - 1];
    if (!chosen || event.isComposing || event.target === note || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    chosen.checked = true;
    if (chosen.value === "other") {
      note.focus();
    } else {
      digitActed = true;
      goOn();
    }
  });
  // Whoever presses Enter after the digit means the move, which is made: it opens no page behind the dialog.
  document.addEventListener(
    "keydown",
    (event) => {
      if (digitActed && !why.open && (event.code === "Enter" || event.code === "NumpadEnter")) {
        event.preventDefault();
        event.stopPropagation();
      }
      digitActed = false;
    },
    true,
  );
  document.addEventListener("pointerdown", () => {
    digitActed = false;
  });
  why.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.getElementById("board-why-leave").addEventListener("click", leave);
})();
