// What was typed survives a refresh and leaving the page: kept in this tab alone, until the call is saved.
(() => {
  "use strict";

  const KEY = "call-now"; // what stands in the form
  const BEFORE = "call-before"; // what was left unsaved when another call began
  const SENT = "call-sent"; // what was sent to be saved
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const keep = (key, draft) => sessionStorage.setItem(key, JSON.stringify(draft));
  const forget = (...keys) => keys.forEach((key) => sessionStorage.removeItem(key));
  const word = (draft, name) => (draft.words.find(([each]) => each === name) || [])[1] || "";
  const mark = (draft) => draft && word(draft, "submission_key");

  // Whoever signs in begins with nothing; the receipt ends the call that it is for.
  const end = document.querySelector("[data-forget]");
  if (end && (end.dataset.forget === "all" || mark(read(KEY)) === read(SENT))) {
    forget(KEY);
  }
  if (end) {
    forget(SENT, ...(end.dataset.forget === "all" ? [BEFORE] : []));
  }

  const form = document.getElementById("call");
  if (!form) {
    return;
  }
  const field = (name) => document.getElementById(name);
  const own = () => form.elements.submission_key.value;
  const problems = field("problems");
  const bar = field("draft");
  let touched = Boolean(problems);
  forget(SENT);

  // Nobody has typed these, or they come with what is shown.
  const UNSAID = /^(submission_key|person_id|same_person|suits|order|relation|choice|wait_.*)$/;
  const save = () => {
    if (!touched) {
      return;
    }
    const data = new FormData(form);
    ["csrf_token", "shown"].forEach((name) => data.delete(name));
    const words = [...data.entries()];
    if (words.some(([name, value]) => value && !UNSAID.test(name))) {
      const written = ["unit", "entrance"].map((name) => [name, field(name).dataset.written]);
      keep(KEY, { words, written, filled: form.dataset.filled || "" });
    } else {
      forget(KEY);
    }
  };
  const touch = () => {
    touched = true;
    save();
  };

  const put = (name, value) => {
    [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].forEach((control) => {
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = control.value === value;
      } else {
        control.value = value;
      }
    });
  };
  const putFlat = (written) => {
    written.forEach(([name, value]) => {
      delete field(name).dataset.written;
      if (value) {
        field(name).dataset.written = value;
      }
    });
    document.dispatchEvent(new CustomEvent("filled"));
  };

  const choose = (key) => {
    const radio = [...form.querySelectorAll("#windows input[name=choice]")].find((each) => each.value === key);
    if (radio && key) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  // Typed words win over those of the card: its panel comes, and writes nothing.
  const callPanel = (draft) => {
    if (!word(draft, "phone")) {
      return;
    }
    if (draft.filled || word(draft, "name")) {
      form.dataset.kept = "yes";
      const how = { source: "#phone", target: "#caller", swap: "innerHTML" };
      window.htmx.ajax("POST", "/calls/caller", how).catch(() => {}); // what fails is told by app.js
    } else {
      window.htmx.trigger("#phone", "change");
    }
  };

  // Where the next word goes: the first that is asked for and empty.
  const next = () => {
    const quantities = [...form.querySelectorAll("[data-quantity]")];
    const wanted = quantities.some((each) => Number.parseInt(each.value, 10) > 0);
    const asked = [...form.querySelectorAll(".item.is-asked .questions :is(input:not([type=radio]), select)")];
    const consent = [...form.querySelectorAll(".consent-ask")].find((each) => !each.querySelector(":checked"));
    return (
      ["phone", "name", "address"].map(field).find((each) => !each.value.trim()) ||
      (wanted ? asked.find((each) => !each.value) : quantities[0]) ||
      (consent && consent.querySelector("input")) ||
      field("save")
    );
  };

  const restore = (draft) => {
    const words = new Map(draft.words);
    const chosen = words.get("choice");
    form.querySelectorAll("input:is([type=radio], [type=checkbox])").forEach((control) => {
      control.checked = false;
    });
    words.forEach((value, name) => put(name, value));
    form.dataset.filled = draft.filled;
    putFlat(draft.written);
    touched = true;
    form.querySelectorAll("[data-quantity], #relation").forEach((control) => {
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    });
    field("notes").dispatchEvent(new Event("input", { bubbles: true })); // for words of danger
    callPanel(draft);
    if (words.get("address")) {
      field("address").dispatchEvent(new CustomEvent("look"));
    }
    // They come with the windows, and so does a reason that nobody has chosen.
    const likely = word(draft, "wait_likely");
    const wait = draft.words.filter(([name, value]) => name === "wait_note" || (name === "wait_reason" && value !== likely));
    form.addEventListener(
      "offered",
      () => {
        wait.forEach(([name, value]) => put(name, value));
        choose(chosen);
      },
      { once: true },
    );
    next().focus();
  };

  // A call that was left is offered again, never thrown away unasked.
  const offer = (draft) => {
    field("draft-who").textContent = word(draft, "name") || word(draft, "phone");
    bar.hidden = false;
    field("draft-resume").addEventListener("click", () => {
      save();
      const typed = touched && read(KEY);
      forget(BEFORE);
      if (typed) {
        keep(BEFORE, typed);
      }
      bar.hidden = true;
      restore(draft);
      save();
    });
    field("draft-forget").addEventListener("click", () => {
      forget(BEFORE);
      bar.hidden = true;
      field("phone").focus();
    });
  };

  const [entry] = performance.getEntriesByType("navigation");
  const isAgain = Boolean(entry) && ["reload", "back_forward"].includes(entry.type);
  const stored = read(KEY);
  const isSame = mark(stored) === own();
  if (stored && !isSame && (problems || !isAgain)) {
    keep(BEFORE, stored);
    forget(KEY);
  }
  const left = read(BEFORE);
  if (stored && isAgain && (isSame || !problems)) {
    window.addEventListener("load", () => restore(stored));
  } else if (left && !problems && !new URLSearchParams(location.search).toString()) {
    offer(left);
  }
  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  form.addEventListener("submit", () => {
    save();
    keep(SENT, own());
  });
  window.addEventListener("pagehide", save);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && touched && mark(read(KEY)) !== own()) {
      touched = false; // it was saved meanwhile, or stands on another page
      location.reload();
    }
  });
})();
