// The day board: a visit is lifted from its row, carried to another row or another start, and dropped there.
// What each row says, and whether a drop may be, the server has decided; here it is only shown.
(() => {
  "use strict";

  const part = document.getElementById("board-part");
  const words = document.getElementById("board-words");
  if (!part || !words) {
    return;
  }
  const FIRST = 8 * 60; // the board's hours, in minutes of the day
  const LAST = 20 * 60;
  const STEP = 15;
  const FAR_ENOUGH = 5; // pixels before a press is a drag
  const said = document.getElementById("board-said");
  const bar = document.getElementById("board-bar");
  const why = document.getElementById("board-why");
  const problem = document.getElementById("board-why-problem");
  let held = null; // the visit in hand
  let pressed = null; // a card under a pointer that has not moved yet
  let undo = "";
  let barGoes = 0;

  const clock = (minute) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const rows = () => [...part.querySelectorAll("[data-member]")];
  const nameOf = (row) => row.querySelector(".board-who").textContent;
  const nameOn = (card) => {
    const own = [...card.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE);
    return own.map((each) => each.textContent).join("").trim();
  };
  const say = (text) => {
    said.textContent = text;
  };

  const ask = (path, form) => {
    const body = form && new URLSearchParams({ ...form, csrf_token: why.querySelector("[name=csrf_token]").value });
    const options = { credentials: "same-origin", headers: { "HX-Request": "true" } };
    return fetch(path, body ? { ...options, method: "POST", body } : options).then((answer) =>
      answer.json().then((found) => ({ ok: answer.ok, ...found })),
    );
  };

  // What the server has said of a row, as a whole and at the start where the card is held.
  const wordsFor = (row, start) => {
    const about = held.info.rows[row.dataset.member];
    const at = held.info.starts.indexOf(start);
    if (!about || about.best === null) {
      return { may: false, text: about ? about.said : words.dataset.no };
    }
    if (at < 0) {
      return { may: false, text: held.info.outside };
    }
    return about.whyNot[at] ? { may: false, text: about.whyNot[at] } : { may: true, text: about.notes[at] };
  };

  const draw = () => {
    const found = wordsFor(held.row, held.start);
    held.may.forEach((line, row) => {
      const here = row === held.row;
      const about = held.info.rows[row.dataset.member];
      const free = here ? found.may : Boolean(about) && about.best !== null;
      const own = [clock(held.start), found.may ? words.dataset.yes : words.dataset.no, found.text].filter(Boolean);
      line.textContent = `${free ? "✓" : "✕"} ${here ? own.join(" · ") : about ? about.said : ""}`;
      row.classList.toggle("is-free", free);
      row.classList.toggle("is-barred", !free);
      row.classList.toggle("is-target", here);
    });
    const first = Math.min(Math.max(Math.floor((held.start - FIRST) / STEP), 0), 47);
    const about = held.info.rows[held.row.dataset.member];
    const long = Math.min(Math.max(Math.ceil(((about && about.minutes) || held.minutes) / STEP), 1), 48 - first);
    held.ghost.className = `board-job board-ghost from-${first + 1} for-${long}`;
    held.ghost.firstChild.textContent = `${clock(held.start)}\n${held.called}`;
    held.row.querySelector(".board-lane").append(held.ghost);
    const verdict = found.may ? words.dataset.yes : words.dataset.no;
    say([nameOf(held.row), clock(held.start), verdict, found.text].filter(Boolean).join(". "));
  };

  const letGo = () => {
    const card = held.card;
    held.ghost.remove();
    held.may.forEach((line, row) => {
      line.remove();
      row.classList.remove("is-free", "is-barred", "is-target");
    });
    card.classList.remove("is-lifted");
    part.classList.remove("is-lifting");
    held = null;
    card.focus({ preventScroll: true });
    return card;
  };

  // A reason stands on the card itself until something else is done.
  const forget = () => {
    part.querySelectorAll(".board-refused").forEach((each) => each.remove());
  };
  const putBack = (text, href) => {
    const card = letGo();
    say("");
    if (!text) {
      say(words.dataset.back);
      return;
    }
    const reason = document.createElement("p");
    const all = rows();
    const low = all.indexOf(card.closest("[data-member]")) > all.length / 2; // below the last row it would be cut off
    reason.className = low ? "board-refused is-above" : "board-refused";
    reason.textContent = text;
    card.parentNode.append(reason);
    show(text, "", href);
  };

  const show = (text, token, href, seconds = 15) => {
    window.clearTimeout(barGoes);
    undo = token || "";
    const link = bar.querySelector("a");
    link.hidden = !href;
    if (href) {
      link.setAttribute("href", href);
    }
    document.getElementById("board-undo").hidden = !token;
    bar.classList.toggle("is-refusal", !token && Boolean(text));
    bar.querySelector("p").textContent = text;
    bar.hidden = false;
    barGoes = window.setTimeout(hide, seconds * 1000);
  };
  const hide = () => {
    window.clearTimeout(barGoes);
    const inside = bar.contains(document.activeElement);
    bar.hidden = true;
    undo = "";
    if (inside) {
      part.focus({ preventScroll: true });
    }
  };

  const redraw = (id) => {
    const shown = () => {
      const card = id && document.getElementById(id);
      if (card) {
        card.focus({ preventScroll: true });
      }
    };
    part.dispatchEvent(new CustomEvent("live:now", { detail: shown }));
  };

  const lift = (card, by) => {
    forget();
    hide();
    const row = card.closest(".board-row");
    const [, visit, role] = card.id.split("-");
    const ghost = document.createElement("li");
    ghost.setAttribute("aria-hidden", "true");
    ghost.append(document.createElement("span"));
    const lane = row.querySelector(".board-lane").getBoundingClientRect();
    const box = card.parentNode.getBoundingClientRect();
    held = {
      card,
      by,
      visit,
      role,
      row: row.dataset.member ? row : rows()[0],
      home: row.dataset.member ? row : null,
      start: 0,
      minutes: Math.round((box.width / lane.width) * (LAST - FIRST)),
      called: nameOn(card),
      ghost,
      may: new Map(),
      info: null,
      waiting: [],
      typed: {},
    };
    const mine = held;
    card.classList.add("is-lifted");
    part.classList.add("is-lifting");
    say(words.dataset.loading);
    ask(`/visits/${visit}/lift?role=${role}`)
      .then((info) => {
        if (held !== mine) {
          return;
        }
        if (!info.ok) {
          putBack(info.said);
          if (info.changed) {
            redraw(card.id);
          }
          return;
        }
        held.info = info;
        held.start = info.start;
        rows().forEach((each) => {
          const line = document.createElement("p");
          line.className = info.start < 13 * 60 ? "board-may is-right" : "board-may";
          each.append(line);
          held.may.set(each, line);
        });
        if (!held.home) {
          held.row = rows().find((each) => wordsFor(each, held.start).may) || held.row;
        }
        draw();
        held.waiting.splice(0).forEach((act) => held && act());
      })
      .catch(() => held === mine && putBack(words.dataset.failed));
  };

  // What is done before the server has answered is done as soon as it has.
  const then = (act) => {
    if (held.info) {
      act();
    } else {
      held.waiting.push(act);
    }
  };

  const carry = (row, start) => {
    if (!row) {
      return;
    }
    const about = held.info.rows[row.dataset.member];
    held.row = row;
    if (start !== undefined) {
      held.start = Math.min(Math.max(start, FIRST), LAST - STEP);
    } else if (about && about.best !== null && !wordsFor(row, held.start).may) {
      held.start = about.best;
    }
    draw();
  };
  const step = (by) => {
    const all = rows();
    carry(all[(all.indexOf(held.row) + by + all.length) % all.length]);
  };
  const shift = (by) => {
    const next = by > 0 ? Math.floor(held.start / STEP) + 1 : Math.ceil(held.start / STEP) - 1;
    carry(held.row, next * STEP);
  };

  const drop = () => {
    if (held.row === held.home && held.start === held.info.start) {
      putBack("");
      return;
    }
    const mine = held;
    const form = { role: held.role, member: held.row.dataset.member, start: held.start, seen: held.info.seen };
    mine.sent = true;
    ask(`/visits/${held.visit}/put`, { ...form, ...held.typed })
      .then((answer) => {
        if (held !== mine) {
          return;
        }
        mine.sent = false;
        if (answer.why) {
          askWhy(answer.fields || {});
        } else if (!answer.ok) {
          close();
          putBack(answer.said, answer.href);
          if (answer.changed) {
            redraw(mine.card.id);
          }
        } else {
          close();
          letGo();
          show(answer.said, answer.undo, "", answer.seconds);
          redraw(mine.card.id);
        }
      })
      .catch(() => {
        if (held === mine) {
          close();
          putBack(words.dataset.failed);
        }
      });
  };

  // Past the proposed member: why. A digit chooses and goes on.
  const reasons = () => [...why.querySelectorAll("[name=override_reason]")];
  const close = () => {
    if (why.open) {
      why.close();
    }
  };
  const askWhy = (fields) => {
    const first = !why.open;
    problem.hidden = first || !Object.keys(fields).length;
    problem.textContent = Object.values(fields).join(" ");
    if (!first) {
      if (fields.override_note) {
        why.querySelector("[name=override_note]").focus();
      }
      return;
    }
    why.querySelector("form").reset();
    document.getElementById("board-why-who").textContent = `${held.called} → ${nameOf(held.row)} ${clock(held.start)}`;
    const ready = held.info.member === null ? reasons().find((each) => each.value === "nobody_left") : null;
    if (ready) {
      ready.checked = true;
    }
    why.showModal();
    (ready || reasons()[0]).focus();
  };
  const goOn = () => {
    const form = new FormData(why.querySelector("form"));
    held.typed = Object.fromEntries(["override_reason", "override_note", "agreed"].map((key) => [key, form.get(key) || ""]));
    drop();
  };
  why.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (held && !held.sent) {
      goOn();
    }
  });
  why.addEventListener("keydown", (event) => {
    const chosen = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const one = chosen && reasons()[chosen[1] - 1];
    if (!one || event.isComposing || event.target.matches("[name=override_note]") || event.altKey || event.ctrlKey) {
      return;
    }
    event.preventDefault();
    one.checked = true;
    if (one.value === "other") {
      why.querySelector("[name=override_note]").focus();
    } else if (held && !held.sent) {
      goOn();
    }
  });
  document.getElementById("board-why-leave").addEventListener("click", () => why.dispatchEvent(new Event("cancel")));
  why.addEventListener("cancel", () => {
    close();
    if (held) {
      putBack("");
    }
  });

  const takeBack = () => {
    const token = undo;
    if (!token) {
      return;
    }
    const card = document.activeElement;
    hide();
    ask(words.dataset.undo, { undo: token })
      .then((answer) => {
        show(answer.said, "");
        bar.classList.toggle("is-refusal", !answer.ok);
        redraw(card.id);
      })
      .catch(() => show(words.dataset.failed, ""));
  };
  document.getElementById("board-undo").addEventListener("click", takeBack);

  // By keys: silent while a syllable is composing.
  const arrows = {
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    ArrowLeft: () => shift(-1),
    ArrowRight: () => shift(1),
    Enter: drop,
    NumpadEnter: drop,
  };
  part.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const card = event.target.closest(".is-movable");
    if (!held && card && event.code === "KeyM") {
      event.preventDefault();
      lift(card, "keys");
    } else if (held && event.code === "Escape") {
      event.preventDefault();
      putBack("");
    } else if (held && !held.sent) {
      const row = rows().find((each) => each.dataset.code === event.code.replace("Numpad", "Digit"));
      const act = arrows[event.code] || (row && (() => carry(row)));
      if (act) {
        event.preventDefault();
        then(act);
      }
    }
  });
  part.addEventListener("focusout", () => {
    window.setTimeout(() => {
      const away = held && held.by === "keys" && !why.open && !held.sent;
      if (away && document.hasFocus() && document.activeElement !== held.card) {
        putBack("");
      }
    });
  });

  // By mouse or pen; a finger scrolls the page, and has the visit's own page for this.
  const place = (event) => {
    const all = rows();
    const under = all.find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY < box.bottom;
    });
    const row = under || held.row;
    const lane = row.querySelector(".board-lane").getBoundingClientRect();
    const minute = FIRST + ((event.clientX - held.grabbed - lane.left) / lane.width) * (LAST - FIRST);
    const start = Math.round(minute / STEP) * STEP;
    // A card that is hardly moved sideways keeps its minute, 10:05 as well as 10:00.
    return [row, Math.abs(minute - held.info.start) < STEP / 2 ? held.info.start : start];
  };
  part.addEventListener("dragstart", (event) => event.preventDefault());
  part.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".is-movable");
    forget();
    if (card && !held && event.button === 0 && event.pointerType !== "touch") {
      pressed = { card, x: event.clientX, y: event.clientY, id: event.pointerId };
    }
  });
  part.addEventListener("pointermove", (event) => {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR_ENOUGH) {
      const { card, x, id } = pressed;
      pressed = null;
      card.setPointerCapture(id);
      lift(card, "pointer");
      held.grabbed = x - card.parentNode.getBoundingClientRect().left;
    }
    if (held && held.by === "pointer" && held.info && !held.sent) {
      carry(...place(event));
    }
  });
  part.addEventListener("pointerup", (event) => {
    pressed = null;
    if (held && held.by === "pointer" && !held.sent) {
      held.card.addEventListener("click", (click) => click.preventDefault(), { once: true });
      then(() => {
        carry(...place(event));
        drop();
      });
    }
  });
  part.addEventListener("pointercancel", () => {
    pressed = null;
    if (held && held.by === "pointer") {
      putBack("");
    }
  });

  // Nothing changes under a hand.
  part.addEventListener("live:before", (event) => {
    if (held || pressed || why.open) {
      event.preventDefault();
    }
  });
})();
