// The call page by keyboard: where the next word goes, cards, the promise. The address has a file of its own.
(() => {
  "use strict";

  const form = document.getElementById("call");
  if (!form) {
    return;
  }
  form.classList.add("has-script");
  const field = (name) => document.getElementById(name);

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

  // The words of a consent are in sight where each line of them is neither cut, nor covered, nor scrolled away.
  const wordsOf = (consent) => field(consent.id.replace("consent_", "script-"));
  const isInSight = (words) => {
    const text = document.createRange();
    text.selectNodeContents(words);
    const ends = [...text.getClientRects()].flatMap(({ left, right, top, bottom }) => [[left + 2, top + 2], [right - 2, bottom - 2]]);
    return ends.length > 0 && ends.every(([x, y]) => words.contains(document.elementFromPoint(x, y)));
  };
  const bring = (consent) => {
    [consent, wordsOf(consent).parentElement, wordsOf(consent)].forEach((each) => each.scrollIntoView({ block: "nearest", behavior: "instant" }));
  };
  const unanswered = () => [...form.querySelectorAll(".consent-ask")].find((each) => !each.querySelector(":checked"));

  // The next consent that was asked for: Alt+Y is yes, Alt+U is no. Where its words were not in sight, the press
  // brings them there, and the next one answers. Where a window is too low for them, the space bar does.
  const answers = { KeyY: "yes", KeyU: "no" };
  document.addEventListener("keydown", (event) => {
    const answer = event.altKey && !event.ctrlKey && !event.isComposing && answers[event.code];
    const asked = answer && unanswered();
    if (!asked) {
      return;
    }
    event.preventDefault();
    const radio = asked.querySelector(`[value="${answer}"]`);
    const seen = isInSight(wordsOf(asked));
    radio.focus({ preventScroll: true });
    bring(asked);
    if (seen) {
      radio.click();
    }
  });
  form.addEventListener("focusin", (event) => {
    const consent = event.target.closest(".consent-ask");
    if (consent) {
      bring(consent);
    }
  });

  // An answer ends what was said of its want, there and in the list above; and the words of the next consent come.
  const markLine = (id, isDone) => {
    const line = document.querySelector(`#problems a[href="#${id}"]`);
    if (line) {
      line.classList.toggle("is-done", isDone);
    }
  };
  const putAway = (place) => {
    const wrong = place.querySelector(".form-hint-invalid");
    if (wrong) {
      wrong.remove();
      place.classList.remove("has-error");
    }
    markLine(place.id, true);
  };
  form.addEventListener("change", (event) => {
    const consent = event.target.closest(".consent-ask");
    if (event.target.name === "choice" && event.target.value) {
      putAway(field("windows"));
    }
    if (!consent) {
      return;
    }
    putAway(consent);
    if (unanswered()) {
      bring(unanswered());
    }
  });

  // A card that is chosen writes its words into the form.
  const filled = () => JSON.parse(form.dataset.filled || "null");
  const note = (words) => {
    form.dataset.filled = words ? JSON.stringify(words) : "";
  };
  const put = (control, value) => {
    if (control instanceof RadioNodeList) {
      [...control].forEach((radio) => {
        radio.checked = radio.value === value;
      });
    } else {
      control.value = value;
    }
  };
  const noteFlat = (words) => {
    ["unit", "entrance"].forEach((name) => {
      field(name).dataset.written = words[name];
    });
    document.dispatchEvent(new CustomEvent("filled"));
  };
  const fill = (words) => {
    note(words);
    Object.entries(words).forEach(([name, value]) => {
      if (form.elements[name]) {
        put(form.elements[name], value);
      }
    });
    noteFlat(words);
    showCaller();
    look();
    document.dispatchEvent(new CustomEvent("card"));
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
    Object.entries(filled()).forEach(([name, value]) => {
      const control = form.elements[name];
      if (control && control.value === value) {
        put(control, name === "relation" ? "self" : "");
      }
    });
    note(null);
    ["person_id", "card_was", "place_key", "lat", "lon", "pin_source", "located_for"].forEach((name) => {
      field(name).value = "";
    });
    showCaller();
    age();
    look();
    document.dispatchEvent(new CustomEvent("card"));
  };
  form.addEventListener(
    "change",
    (event) => {
      if (event.target.id === "phone" && filled()) {
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
    }
  });

  const cardsCame = () => {
    if (form.dataset.kept) {
      delete form.dataset.kept; // the words that were typed came back: the card writes none over them
      return;
    }
    const cards = form.querySelectorAll("[data-fill]");
    const untouched = field("name") && !field("name").value;
    if (cards.length === 1 && untouched) {
      fill(JSON.parse(cards[0].dataset.fill));
    } else if (cards.length > 1 && untouched) {
      cards[0].focus();
    }
  };

  const address = field("address");
  const look = () => address.dispatchEvent(new CustomEvent("look"));

  // What is asked of an item shows when it is wanted; what was offered is old when the wish changes. What is done
  // elsewhere changes no visit, so the window that is kept stays the caller's.
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
        if (radio.value) {
          radio.checked = false;
          radio.disabled = true; // nothing would be kept
        }
      });
    }
    markLine("windows", false);
    form.dispatchEvent(new CustomEvent("aged"));
  };
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-quantity]")) {
      items(event.target);
    }
    if (event.target.closest("[data-item]:not(.is-elsewhere)") || event.target.matches("#address, [name=suits], [name=order], [name=only], #suits_from")) {
      age();
    }
  });
  form.addEventListener("elsewhere", age);
  if (field("relation")) {
    field("relation").addEventListener("change", showCaller);
  }

  // Where a refused call leaves the items little room, what has the focus, is wrong or was typed last is in sight.
  const list = form.querySelector(".items-list");
  const meant = () => {
    const now = document.activeElement;
    if (list.contains(now)) return now;
    return list.querySelector("[data-item]:has([aria-invalid])") || [...list.querySelectorAll(".is-asked")].pop();
  };
  const show = (place) => {
    if (!place) return;
    const [row, sight] = [place.getBoundingClientRect(), list.getBoundingClientRect()];
    list.scrollTop += Math.max(0, row.bottom - sight.bottom) + Math.min(0, row.top - sight.top);
  };
  // Too little for all of them: what is asked for stands first, and what is not scrolls.
  const tighten = () => {
    list.classList.toggle("is-tight", list.scrollHeight > list.clientHeight);
  };
  if (list) {
    tighten();
    show(meant());
    const sized = new ResizeObserver(() => {
      tighten();
      list.scrollTop = 0; // with more room than before, what stood above it is in sight again
      show(meant());
    });
    [list, ...list.children].forEach((each) => sized.observe(each));
  }

  // A press on an answer moves the focus when it is let go: what the focus shows would carry the answer off before.
  form.addEventListener("mousedown", (event) => {
    if (event.target.closest(".consent-ask label")) {
      event.preventDefault();
    }
  });

  note(field("person_id") && written());
  if (filled()) {
    noteFlat(filled());
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target.id;
    if (target === "caller") {
      cardsCame();
    } else if (target === "windows") {
      field("windows").classList.remove("is-old");
    }
  });
})();
