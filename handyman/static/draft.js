// What was typed survives a refresh and leaving the page: kept in this tab alone, until the call is saved.
// Beside it lies the same locked up: when a sign-in has ended, whoever comes in with the same login has it offered.
(() => {
  "use strict";

  const KEY = "call-now"; // what stands in the form
  const BEFORE = "calls-before"; // what was left unsaved when others began, the newest first
  const MOST = 5; // so many of them
  const SENT = "call-sent"; // what was sent to be saved
  const SEALED = "sealed"; // what stands in the form and what was left before, for the same login alone
  const WAYS = "board-ways"; // what whoever was signed in could undo on the board
  const SEALED_FOR = 2 * 60 * 60 * 1000; // milliseconds: nobody is on the line any more
  const read = (key) => JSON.parse(sessionStorage.getItem(key));
  const keep = (key, draft) => sessionStorage.setItem(key, JSON.stringify(draft));
  const forget = (...keys) => keys.forEach((key) => sessionStorage.removeItem(key));
  const word = (draft, name) => (draft.words.find(([each]) => each === name) || [])[1] || "";
  const mark = (draft) => draft && word(draft, "submission_key");
  const left = () => read(BEFORE) || [];
  const others = (draft) => left().filter((each) => mark(each) !== mark(draft));
  const leave = (draft) => keep(BEFORE, [draft, ...others(draft)].slice(0, MOST));

  // Whoever signs in begins with nothing; the receipt ends the call that it is for. The others stay locked up.
  const end = document.querySelector("[data-forget]");
  const isAll = Boolean(end) && end.dataset.forget === "all";
  const saved = read(SENT);
  if (isAll || (end && mark(read(KEY)) === saved)) {
    forget(KEY);
  }
  if ((read(SEALED) || { until: Infinity }).until < Date.now()) {
    forget(SEALED);
  }
  if (isAll) {
    forget(BEFORE, WAYS);
  } else if (end && !left().length && !read(KEY)) {
    forget(SEALED);
  } else if (end && saved && read(SEALED)) {
    keep(SEALED, { ...read(SEALED), saved });
  }
  if (end) {
    forget(SENT);
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
    const drafts = [draft, ...left()].filter(Boolean);
    if (!drafts.length || !lock) {
      forget(SEALED);
      return;
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify(drafts));
    const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await lock, words);
    if (mine === turn) {
      keep(SEALED, { iv: text(iv), locked: text(locked), until: Date.now() + SEALED_FOR });
    }
  };
  const unseal = async () => {
    const sealed = read(SEALED);
    if (!sealed || !lock) {
      return [];
    }
    try {
      const how = { name: "AES-GCM", iv: bytes(sealed.iv) };
      const drafts = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await lock, bytes(sealed.locked))));
      return drafts.filter((each) => mark(each) !== sealed.saved);
    } catch {
      forget(SEALED); // of another login
      return [];
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
      const draft = { words, written, filled: form.dataset.filled || "", at: Date.now() };
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

  // Calls that were left are offered again, never thrown away unasked.
  const which = field("draft-which");
  const ago = ({ at }) => {
    const minutes = Math.round((at - Date.now()) / 60000);
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    return minutes > -1 ? words.format(0, "second") : minutes > -60 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
  };
  const whose = (draft) => `${word(draft, "name") || word(draft, "phone") || bar.dataset.nameless} · ${ago(draft)}`;
  const offer = () => {
    const drafts = left();
    bar.hidden = !drafts.length;
    which.hidden = drafts.length < 2;
    which.replaceChildren(...drafts.map((draft, at) => new Option(`${at + 1}/${drafts.length} ${whose(draft)}`, at)));
    field("draft-who").textContent = drafts.length === 1 ? whose(drafts[0]) : "";
  };
  const take = () => {
    const draft = left()[which.selectedIndex];
    keep(BEFORE, others(draft));
    return draft;
  };
  field("draft-resume").addEventListener("click", () => {
    save();
    const typed = touched && read(KEY);
    const draft = take();
    if (typed) {
      leave(typed);
    }
    offer();
    restore(draft);
    save();
  });
  field("draft-forget").addEventListener("click", () => {
    take();
    seal(read(KEY));
    offer();
    if (!form.contains(document.activeElement)) {
      next().focus();
    }
  });

  const [entry] = performance.getEntriesByType("navigation");
  const isAgain = Boolean(entry) && ["reload", "back_forward"].includes(entry.type);
  const stored = read(KEY);
  const isSame = mark(stored) === own();
  if (stored && !isSame && (problems || !isAgain)) {
    leave(stored);
    forget(KEY);
  }
  if (stored && isAgain && (isSame || !problems)) {
    window.addEventListener("load", () => restore(stored));
  } else if (!left().length && !stored && !problems) {
    unseal().then((drafts) => {
      if (drafts.length && !left().length) {
        keep(BEFORE, drafts.slice(0, MOST));
        offer();
      }
    });
  }
  if (!problems) {
    offer();
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
