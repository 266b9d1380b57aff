// The address box: suggestions from the first keystroke on, the place that was found, and what may be chosen of it.
(() => {
  "use strict";

  const form = document.getElementById("call");
  const address = document.getElementById("address");
  if (!form || !address) {
    return;
  }
  const field = (name) => document.getElementById(name);
  const live = Boolean(window.htmx);
  let step = 0; // an arrow key that waits for the list of the newest words
  let focusNext = null;
  const said = () => {
    const words = new URLSearchParams();
    ["csrf_token", "address", "phone"].forEach((name) => {
      if (form.elements[name]) {
        words.set(name, form.elements[name].value);
      }
    });
    return words;
  };
  const came = (found) => {
    if (found.length && step) {
      list.mark(found[step > 0 ? 0 : found.length - 1]);
    }
    step = 0;
  };
  const list = window.listUnder(address, field("suggestions"), field("suggestions-count"), { said, came });
  const close = () => {
    step = 0;
    list.close();
  };

  const changed = () => form.dispatchEvent(new CustomEvent("elsewhere"));
  const look = () => {
    if (live) {
      window.htmx.ajax("POST", address.dataset.where, { source: address, target: "#where", values: {} }).catch(() => {}); // a newer one took its place
    }
  };
  const put = (lat, lon, source) => {
    field("lat").value = lat;
    field("lon").value = lon;
    field("pin_source").value = source;
  };

  // A flat that nobody typed goes when the address that it came with goes.
  let writtenFor = address.value;
  const writeFlat = (unit) => {
    const box = field("unit");
    if (unit) {
      box.value = unit;
      box.dataset.written = unit;
    }
    writtenFor = address.value;
  };
  const leaveFlat = () => {
    if (address.value === writtenFor) {
      return;
    }
    ["unit", "entrance"].forEach((name) => {
      if (field(name).dataset.written && field(name).value === field(name).dataset.written) {
        field(name).value = "";
      }
      delete field(name).dataset.written;
    });
    writtenFor = address.value;
  };
  document.addEventListener("filled", () => {
    writtenFor = address.value;
  });

  const choosePlace = (chosen, key) => {
    close();
    address.value = chosen.label;
    leaveFlat();
    writeFlat(chosen.unit);
    const [source, point] = chosen.pin ? chosen.pin.split(":") : ["", ","];
    put(...point.split(","), source);
    field("located_for").value = "";
    field("place_key").value = key;
    changed();
    look();
    address.focus();
  };
  const choosePoint = (lat, lon, source) => {
    put(lat, lon, source);
    field("located_for").value = address.value;
    changed();
    look();
  };

  // What was found of the words in the box: several places, or two points. The arrow keys reach them from the box.
  const choices = () =>
    field("located_for").value === address.value ? [...form.querySelectorAll(".candidate")] : [];
  form.addEventListener("keydown", (event) => {
    const from = event.target.closest(".candidate");
    if (event.isComposing || !from || !["ArrowDown", "ArrowUp", "Escape"].includes(event.code)) {
      return;
    }
    event.preventDefault();
    const all = choices();
    const next = event.code === "Escape" ? -1 : all.indexOf(from) + (event.code === "ArrowDown" ? 1 : -1);
    (all[Math.min(next, all.length - 1)] || address).focus();
  });
  field("unit").addEventListener("keydown", (event) => {
    if (!event.isComposing && event.code === "ArrowDown" && choices().length) {
      event.preventDefault();
      choices()[0].focus();
    }
  });

  address.addEventListener("input", () => {
    list.unmark(); // it was marked for other words
    step = 0;
    list.soon();
  });
  address.addEventListener("focus", () => {
    const phone = form.elements.phone;
    if (!address.value && phone && phone.value) {
      list.suggest();
    }
  });
  address.addEventListener("blur", close);
  address.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const all = list.options();
    const place = all.indexOf(list.active());
    if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      event.preventDefault();
      const to = event.code === "ArrowDown" ? 1 : -1;
      if (!all.length && to > 0 && choices().length) {
        choices()[0].focus();
      } else if (all.length && list.isFor(address.value)) {
        list.forget(); // the list is the one for these words
        list.mark(all[place < 0 ? (to > 0 ? 0 : all.length - 1) : (place + to + all.length) % all.length]);
      } else {
        step = to;
        list.suggest();
      }
    } else if (event.code === "Escape" && all.length) {
      event.preventDefault();
      close();
    } else if (list.active() && !event.shiftKey && ["Enter", "NumpadEnter", "Tab"].includes(event.code)) {
      event.preventDefault();
      event.stopPropagation();
      const isHouse = !["road", "dong"].includes(list.active().dataset.grade);
      choosePlace(list.active().dataset, list.active().dataset.keyOfPlace);
      if (isHouse || event.code === "Tab") {
        field("unit").focus();
      }
    }
  });
  list.onPress((option) => choosePlace(option.dataset, option.dataset.keyOfPlace));

  // The place: looked up when its words are done, chosen of several, put by hand.
  address.addEventListener("change", () => {
    leaveFlat();
    if (address.value.trim()) {
      look();
    }
  });
  ["unit", "name"].map(field).forEach((each) => each && each.addEventListener("change", () => address.value.trim() && look()));
  address.addEventListener("look", look);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-candidate], [data-pick]");
    if (!button || !live) {
      return;
    }
    event.preventDefault();
    if (button.hasAttribute("data-candidate")) {
      choosePlace(button.dataset, button.value);
    } else {
      const [source, point] = button.value.split(":");
      const [lat, lon] = point ? point.split(",") : ["", ""];
      focusNext = button.value;
      choosePoint(lat, lon, source);
    }
  });
  document.addEventListener("placed", (event) => {
    choosePoint(event.detail.lat.toFixed(6), event.detail.lon.toFixed(6), "operator");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "where") {
      return;
    }
    const found = form.querySelector("[data-found]");
    const byHand = Boolean(found && field("lat").value && field("pin_source").value === "operator");
    document.dispatchEvent(new CustomEvent("located", { detail: { byHand } }));
    if (focusNext !== null) {
      const same = form.querySelector(`[data-pick][value="${CSS.escape(focusNext)}"]`);
      (same || address).focus();
      focusNext = null;
    }
  });
})();
