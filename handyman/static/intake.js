// The call page by keyboard: where the next word goes, suggestions, cards, the place, the promise.
(() => {
  "use strict";

  const form = document.getElementById("call");
  if (!form) {
    return;
  }
  form.classList.add("has-script");
  const field = (name) => document.getElementById(name);
  const live = Boolean(window.htmx);

  // Enter goes on to the next field, also out of the notes (Shift+Enter is a new line there); Ctrl+Enter saves (app.js).
  const stops = () =>
    [...form.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select, textarea, #save")].filter(
      (stop) => !stop.disabled && stop.offsetParent !== null && (stop.type !== "radio" || stop.checked || !group(stop)),
    );
  const group = (radio) => form.querySelector(`input[type=radio][name="${CSS.escape(radio.name)}"]:checked`);
  const goOn = (from) => {
    const all = stops().filter((stop) => stop === from || stop.type !== "radio" || stop.name !== from.name);
    const next = all[all.indexOf(from) + 1];
    if (next) {
      next.focus();
      if (next.select) {
        next.select();
      }
    }
  };

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.shiftKey) {
      return;
    }
    const at = event.target;
    if (event.code !== "Enter" && event.code !== "NumpadEnter") {
      return;
    }
    if (!at.matches("input, select, textarea") || at.type === "checkbox") {
      return;
    }
    event.preventDefault();
    goOn(at);
  });

  // A card that is chosen writes its words into the form.
  let filled = null;
  const put = (control, value) => {
    if (control instanceof RadioNodeList) {
      [...control].forEach((radio) => {
        radio.checked = radio.value === value;
      });
    } else {
      control.value = value;
    }
  };
  const fill = (words) => {
    filled = words;
    Object.entries(words).forEach(([name, value]) => {
      if (form.elements[name]) {
        put(form.elements[name], value);
      }
    });
    showCaller();
    look();
    const first = form.querySelector("[data-quantity]");
    if (first) {
      first.focus();
      first.select();
    }
  };

  // With another number it is somebody else: what the card had written goes, what was typed over it stays.
  const written = () => {
    const card = [...form.querySelectorAll("[data-fill]")].find((each) => each.value === field("person_id").value);
    return card ? JSON.parse(card.dataset.fill) : null;
  };
  const empty = () => {
    Object.entries(filled).forEach(([name, value]) => {
      const control = form.elements[name];
      if (control && control.value === value) {
        put(control, name === "relation" ? "self" : "");
      }
    });
    filled = null;
    ["person_id", "place_key", "lat", "lon", "located_for"].forEach((name) => {
      field(name).value = "";
    });
    showCaller();
    age();
    if (live) {
      window.htmx.ajax("POST", address.dataset.where, { source: address, target: "#where", values: {} });
    }
  };
  form.addEventListener(
    "change",
    (event) => {
      if (event.target.id === "phone" && filled) {
        empty();
      }
    },
    true,
  );

  form.addEventListener("click", (event) => {
    const card = event.target.closest("[data-fill]");
    if (card) {
      event.preventDefault();
      fill(JSON.parse(card.dataset.fill));
      return;
    }
    const candidate = event.target.closest("[data-candidate]");
    if (candidate && live) {
      event.preventDefault();
      choosePlace(candidate.dataset.label, candidate.value);
    }
  });

  const cardsCame = () => {
    const cards = form.querySelectorAll("[data-fill]");
    const untouched = field("name") && !field("name").value;
    if (cards.length === 1 && untouched) {
      fill(JSON.parse(cards[0].dataset.fill));
    } else if (cards.length > 1 && untouched) {
      cards[0].focus();
    }
  };

  // The address: suggestions while typing, the place when it is done.
  const address = field("address");
  const list = field("suggestions");
  let waiting = 0;
  let asked = 0;

  const post = (url) =>
    fetch(url, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" }).then(
      (answer) => (answer.ok ? answer.text() : ""),
    );
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    address.setAttribute("aria-expanded", "false");
    address.removeAttribute("aria-activedescendant");
  };
  const mark = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      address.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  };
  const suggest = () => {
    asked += 1;
    const mine = asked;
    post(address.dataset.suggest).then((html) => {
      if (mine !== asked || document.activeElement !== address) {
        return;
      }
      list.innerHTML = html;
      list.hidden = !options().length;
      address.setAttribute("aria-expanded", String(!list.hidden));
      address.removeAttribute("aria-activedescendant");
    });
  };
  const look = () => {
    if (live && address.value.trim()) {
      window.htmx.ajax("POST", address.dataset.where, { source: address, target: "#where", values: {} });
    }
  };
  const choosePlace = (label, key) => {
    asked += 1;
    close();
    address.value = label;
    ["lat", "lon", "located_for"].forEach((name) => {
      field(name).value = "";
    });
    field("place_key").value = key;
    look();
    address.focus();
  };

  address.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(suggest, 150);
  });
  address.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }
    const all = options();
    const place = all.indexOf(active());
    if (event.code === "ArrowDown" && all.length) {
      event.preventDefault();
      mark(all[(place + 1) % all.length]);
    } else if (event.code === "ArrowUp" && all.length) {
      event.preventDefault();
      mark(all[(place - 1 + all.length) % all.length]);
    } else if (event.code === "Escape") {
      close();
    } else if (event.code === "Enter" && active()) {
      event.preventDefault();
      event.stopPropagation();
      choosePlace(active().dataset.label, active().dataset.keyOfPlace);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      event.preventDefault();
      choosePlace(option.dataset.label, option.dataset.keyOfPlace);
    }
  });
  address.addEventListener("blur", () => {
    asked += 1;
    window.clearTimeout(waiting);
    close();
  });
  address.addEventListener("change", () => look());
  field("unit").addEventListener("change", () => look());

  document.addEventListener("placed", (event) => {
    field("lat").value = event.detail.lat.toFixed(6);
    field("lon").value = event.detail.lon.toFixed(6);
    field("located_for").value = address.value;
    look();
  });

  // What is asked of an item shows when it is wanted; what was offered is old when the wish changes.
  const items = (target) => {
    const item = target.closest("[data-item]");
    const wanted = Number.parseInt(item.querySelector("[data-quantity]").value, 10) > 0;
    item.classList.toggle("is-asked", wanted);
    const questions = item.querySelector("details.questions");
    if (questions) {
      questions.open = wanted;
    }
  };
  const showCaller = () => {
    const relation = field("relation");
    if (relation) {
      field("on-behalf").classList.toggle("is-self", relation.value === "self");
    }
  };
  const age = () => {
    const windows = field("windows");
    if (windows && windows.querySelector(".window")) {
      windows.classList.add("is-old");
      windows.querySelectorAll("input[name=choice]").forEach((radio) => {
        radio.checked = radio.value === "";
      });
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-quantity]")) {
      items(event.target);
    }
    if (event.target.closest("[data-item]") || event.target.matches("#address, [name=suits], #suits_from")) {
      age();
    }
  });
  if (field("relation")) {
    field("relation").addEventListener("change", showCaller);
  }

  filled = field("person_id") && written();
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target.id;
    if (target === "caller") {
      cardsCame();
    } else if (target === "where") {
      const grade = form.querySelector(".where-grade");
      const byHand = Boolean(grade && grade.classList.contains("is-placed"));
      document.dispatchEvent(new CustomEvent("located", { detail: { byHand } }));
    } else if (target === "windows") {
      field("windows").classList.remove("is-old");
    }
  });
})();
