// What was typed survives a refresh and leaving the page: kept in this tab alone, until the call is saved.
// Beside it lies the same locked up: when a sign-in has ended, whoever comes in with the same login has it offered.
(() => {
  "use strict";

  const KEY = "call-now"; // what stands in the form
  const BEFORE = "call-before"; // what was left unsaved when another call began
  const SENT = "call-sent"; // what was sent to be saved
  const SEALED = "sealed"; // what stands in the form, for the same login alone
  const WAYS = "board-ways"; // what whoever was signed in could undo on the board
  const SEALED_FOR = 2 * 60 * 60 * 1000; // milliseconds: nobody is on the line any more
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const keep = (key, draft) => sessionStorage.setItem(key, JSON.stringify(draft));
  const forget = (...keys) => keys.forEach((key) => sessionStorage.removeItem(key));
  const word = (draft, name) => (draft.words.find(([each]) => each === name) || [])[1] || "";
  const mark = (draft) => draft && word(draft, "submission_key");

  // Whoever signs in begins with nothing; the receipt ends the call that it is for.
  const end = document.querySelector("[data-forget]");
  if (end && (end.dataset.forget === "all" || mark(read(KEY)) === read(SENT))) {
    forget(KEY, ...(end.dataset.forget === "all" ? [] : [SEALED]));
  }
  if ((read(SEALED) || { until: Infinity }).until < Date.now()) {
    forget(SEALED);
  }
  if (end) {
    forget(SENT, ...(end.dataset.forget === "all" ? [BEFORE, WAYS] : []));
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

  // Locked with a key that the page has and this tab does not keep. Without https a browser has no lock.
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const lock = window.crypto.subtle && crypto.subtle.importKey("raw", bytes(form.dataset.seal), "AES-GCM", false, ["encrypt", "decrypt"]);
  let turn = 0;
  const seal = async (draft) => {
    turn += 1;
    const mine = turn;
    if (!draft || !lock) {
      forget(SEALED);
      return;
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify(draft));
    const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await lock, words);
    if (mine === turn) {
      keep(SEALED, { iv: text(iv), locked: text(locked), until: Date.now() + SEALED_FOR });
    }
  };
  const unseal = async () => {
    const sealed = read(SEALED);
    if (!sealed || !lock) {
      return null;
    }
    try {
      const how = { name: "AES-GCM", iv: bytes(sealed.iv) };
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await lock, bytes(sealed.locked))));
    } catch {
      forget(SEALED); // of another login
      return null;
    }
  };

  // Nobody has typed these, or they come with what is shown.
  const UNSAID = /^(submission_key|person_id|card_was|same_person|suits|order|relation|choice|wait_.*)$/;
  const save = () => {
    if (!touched) {
      return;
    }
    const data = new FormData(form);
    const ofThePage = [...data.keys()].filter((name) => /^(csrf_token|shown|named-.*)$/.test(name));
    ofThePage.forEach((name) => data.delete(name));
    const words = [...data.entries()];
    if (words.some(([name, value]) => value && !UNSAID.test(name))) {
      const written = ["unit", "entrance"].map((name) => [name, field(name).dataset.written]);
      const draft = { words, written, filled: form.dataset.filled || "" };
      keep(KEY, draft);
      seal(draft);
    } else {
      forget(KEY);
      seal(null);
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
    if (radio) {
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
      forget(BEFORE, SEALED);
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
  } else if (!left && !stored && !problems) {
    unseal().then((draft) => {
      if (draft && !read(BEFORE)) {
        keep(BEFORE, draft);
        offer(draft);
      }
    });
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
