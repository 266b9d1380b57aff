// The caller's card: whole entries as far as there is room, the rest behind a key; and whose name it is now.
(() => {
  "use strict";

  const form = document.getElementById("call");
  const panel = document.getElementById("caller-card");
  const box = document.getElementById("caller");
  if (!form || !panel || !box) {
    return;
  }
  const field = (name) => document.getElementById(name);
  const filled = () => JSON.parse(form.dataset.filled || "null");

  // What does not fit whole is not begun. On a narrow or low screen the page scrolls, and everything stands there.
  const wide = window.matchMedia("(min-width: 1100px) and (min-height: 600px)");
  const more = () => field("caller-more");
  const entries = () => [...box.querySelectorAll("[data-entry]")];
  const isOpen = () => panel.classList.contains("is-open");
  const people = (behind) =>
    box.querySelectorAll(".known").forEach((row) => {
      const own = row.matches("[data-entry]") ? [row] : [...row.querySelectorAll("[data-entry]")];
      row.classList.toggle("is-behind", behind && own.every((each) => !each.offsetParent));
    });
  const isFull = () => box.getBoundingClientRect().bottom > panel.getBoundingClientRect().bottom - 6;
  // When the visit is stands last: what room is left goes to it.
  const lengthen = (row) => {
    let lines = 4;
    do {
      row.style.setProperty("--lines", lines);
      lines -= 1;
    } while (lines > 1 && isFull());
  };
  const fit = () => {
    const key = more();
    people(false);
    entries().forEach((each) => {
      each.hidden = false;
      each.classList.remove("is-short");
    });
    if (!key) {
      return;
    }
    key.hidden = !isOpen();
    key.classList.remove("has-open");
    key.setAttribute("aria-expanded", String(isOpen()));
    key.querySelector("span").textContent = key.dataset.less;
    if (isOpen() || !wide.matches || !isFull()) {
      return;
    }
    key.hidden = false;
    const shown = entries().filter((each) => each.offsetParent);
    let left = shown.length;
    const count = () => {
      const behind = shown.slice(left);
      const open = behind.filter((each) => each.matches(".known-open")).length; // what is open is said first
      key.classList.toggle("has-open", open > 0);
      key.querySelector("span").textContent = open ? key.dataset.moreOpen.replace("#", open) : key.dataset.more.replace("#", behind.length);
    };
    count();
    while (left > 1 && isFull()) {
      const last = shown[left - 1];
      if (last.matches(".known-open:not(.is-short)")) {
        last.classList.add("is-short"); // its number and its key in one line, before it goes
        continue;
      }
      left -= 1;
      shown[left].hidden = true;
      people(true);
      count();
    }
    shown.filter((each) => !each.hidden && each.matches(".is-short")).forEach(lengthen);
  };
  const open = (wanted) => {
    panel.classList.toggle("is-open", wanted);
    fit();
  };
  box.addEventListener("click", (event) => {
    if (event.target.closest("#caller-more")) {
      open(!isOpen());
      more().focus();
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.code === "Escape" && !event.isComposing && isOpen()) {
      open(false);
      more().focus();
    }
  });
  let width = 0;
  let height = 0;
  const fitAnew = () => {
    if (panel.clientWidth !== width || panel.clientHeight !== height) {
      fit();
      [width, height] = [panel.clientWidth, panel.clientHeight]; // that it was fitted to: it may have changed on the way
    }
  };
  new ResizeObserver(() => window.requestAnimationFrame(fitAnew)).observe(panel);

  // The key adds to what whoever's card is open has open, else to anybody's; of several each press goes on to the next.
  const giveKey = () => {
    const own = box.querySelector(".known.is-chosen");
    box.querySelectorAll(".add-to").forEach((each) => {
      const keyed = !own || own.contains(each);
      each.querySelector(".key").hidden = !keyed;
      each.toggleAttribute("data-turns", keyed);
      if (keyed) {
        each.dataset.key = "Alt+KeyG";
      } else {
        delete each.dataset.key;
      }
    });
  };

  // What the key adds to may stand behind "more" by now: all of it comes into sight before the key does anything.
  const bringForth = (event) => {
    const wanted = event.altKey && !event.ctrlKey && !event.isComposing && event.code === "KeyG";
    const keyed = wanted ? [...box.querySelectorAll(".add-to[data-key]")] : [];
    const behind = keyed.filter((each) => !each.offsetParent);
    if (!behind.length) {
      return;
    }
    open(true);
    if (keyed.length === 1) {
      event.preventDefault();
      event.stopPropagation(); // the next press adds
      keyed[0].focus();
    }
  };
  document.addEventListener("keydown", bringForth, true); // before app.js counts which of them are in sight

  // The card that the form was filled from stands first.
  const cards = () => [...box.querySelectorAll("[data-fill]")];
  const choose = () => {
    const list = box.querySelector(".cards");
    cards().forEach((card) => {
      const row = card.closest(".known");
      const chosen = card.value === field("person_id").value;
      row.classList.toggle("is-chosen", chosen);
      if (chosen && list.firstElementChild !== row) {
        list.prepend(row);
      }
    });
    giveKey();
    fit();
  };

  // Another name than the card's: asked at once, and answered by a key.
  const question = field("who-is-it");
  const plain = (name) => name.replace(/\s/g, "").toLowerCase();
  const ask = () => {
    const card = filled();
    const typed = plain(field("name").value);
    const differs = Boolean(card && card.name && field("person_id").value && typed && typed !== plain(card.name));
    if (differs) {
      field("who-is-it-name").textContent = card.name;
    } else {
      field("same_person-yes").checked = false;
    }
    question.hidden = !differs;
  };
  const OF_THE_PERSON = /^(birth_year|care_note|resident_phone|consent_)/;
  const put = (name) => {
    form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((control) => {
      if (control.type === "radio") {
        control.checked = false;
      } else {
        control.value = "";
      }
    });
  };
  const asAnother = () => {
    const known = cards().find((card) => plain(JSON.parse(card.dataset.fill).name) === plain(field("name").value));
    if (known) {
      known.click();
      return;
    }
    const words = filled();
    const own = Object.keys(words).filter((name) => OF_THE_PERSON.test(name));
    own.filter((name) => form.elements[name] && form.elements[name].value === words[name]).forEach(put);
    ["name", "person_id", ...own].forEach((name) => delete words[name]);
    form.dataset.filled = JSON.stringify(words);
    field("person_id").value = "";
    if (plain(field("caller_name").value) === plain(field("name").value)) {
      field("caller_name").value = ""; // who called for others before calls for themself today
      field("relation").value = "self";
      field("relation").dispatchEvent(new Event("change", { bubbles: true }));
    }
    ask();
    choose();
    field("birth_year").focus();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  question.addEventListener("click", (event) => {
    if (event.target.closest("#another") && filled()) {
      event.preventDefault();
      asAnother();
    }
  });
  form.addEventListener("input", (event) => {
    if (event.target.id === "name" && !event.isComposing) {
      ask();
    }
  });
  field("name").addEventListener("change", ask);
  ["card", "filled"].forEach((name) => {
    document.addEventListener(name, () => {
      panel.classList.remove("is-open");
      ask();
      choose();
    });
  });
  // What is no number is said at once, in the card and at the box.
  const doubt = () => {
    const wrong = field("phone-wrong") !== null;
    const phone = field("phone");
    phone.classList.toggle("is-error", wrong);
    phone.toggleAttribute("aria-invalid", wrong);
    if (wrong) {
      phone.setAttribute("aria-invalid", "true");
      phone.setAttribute("aria-describedby", "phone-wrong");
    } else {
      phone.removeAttribute("aria-describedby");
    }
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "caller") {
      doubt();
      panel.classList.remove("is-open");
      choose();
    }
  });
  choose();
})();
