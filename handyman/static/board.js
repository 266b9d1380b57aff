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
  const STEP = 15; // that a press of an arrow key moves
  const COLUMN = 5;
  const COLUMNS = (LAST - FIRST) / COLUMN;
  const said = document.getElementById("board-said");
  const bar = document.getElementById("board-bar");
  const why = document.getElementById("board-why");
  let held = null; // the visit in hand

  const clock = (at) => {
    const hour = Math.floor(at / 60);
    const minute = at % 60;
    const pattern = words.dataset[`${hour < 12 ? "am" : "pm"}${minute ? "Past" : ""}`];
    const said = { hour: hour % 12 || 12, minute, mm: String(minute).padStart(2, "0") };
    return pattern.replace(/{(\w+)}/g, (_all, name) => said[name]);
  };
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
    const first = Math.min(Math.max(Math.floor((held.start - FIRST) / COLUMN), 0), COLUMNS - 1);
    const about = held.info.rows[held.row.dataset.member];
    const long = Math.min(Math.max(Math.ceil(((about && about.minutes) || held.minutes) / COLUMN), 1), COLUMNS - first);
    held.ghost.className = `board-job board-ghost from-${first + 1} for-${long}`;
    const [when, who] = held.ghost.firstChild.children;
    when.textContent = clock(held.start);
    who.textContent = held.called;
    const lane = held.row.querySelector(".board-lane");
    lane.append(held.ghost);
    if (held.ghost.getBoundingClientRect().right > lane.getBoundingClientRect().right) {
      held.ghost.classList.add("is-late"); // a short visit in the evening: its hour has room before it
    }
    part.dispatchEvent(new CustomEvent("labels:place", { detail: held.by }));
    const line = held.may.get(held.row);
    const cut = line.scrollHeight > line.clientHeight || line.scrollWidth > line.clientWidth;
    said.className = cut ? "board-bar board-whole" : "sr-only"; // what has no room in the row stands above the board, whole
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
    said.className = "sr-only";
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
    show(text, { href, refused: true });
  };

  // What has happened, and the way back or on: see board_bar.js.
  const show = (text, more = {}) => bar.dispatchEvent(new CustomEvent("bar:show", { detail: { text, ...more } }));

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
    bar.dispatchEvent(new CustomEvent("bar:next"));
    const row = card.closest(".board-row");
    const [, visit, role] = card.id.split("-");
    const ghost = document.createElement("li");
    ghost.setAttribute("aria-hidden", "true");
    const inside = document.createElement("span");
    inside.append(document.createElement("span"), document.createElement("span"));
    ghost.append(inside);
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
          line.className = "board-may";
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
          show(answer.said, { undo: answer.undo, seconds: answer.seconds });
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

  // Past the proposed member: why. The dialog gives what was chosen, or that it was left.
  const close = () => why.dispatchEvent(new CustomEvent("why:close"));
  const askWhy = (fields) => {
    const mine = held;
    const detail = {
      who: `${held.called} → ${nameOf(held.row)} ${clock(held.start)}`,
      nobodyLeft: held.info.member === null,
      fields,
      busy: () => held !== mine || mine.sent,
      go: (typed) => {
        held.typed = typed;
        drop();
      },
      leave: () => held && putBack(""),
    };
    why.dispatchEvent(new CustomEvent("why:ask", { detail }));
  };

  bar.addEventListener("bar:undo", (event) => {
    const card = held ? held.card : document.activeElement;
    if (held) {
      putBack("");
    }
    ask(words.dataset.undo, { undo: event.detail })
      .then((answer) => {
        show(answer.said, { refused: !answer.ok });
        redraw(card.id);
      })
      .catch(() => show(words.dataset.failed, { refused: true }));
  });

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

  // By mouse, pen or finger: see board_drag.js.
  const dragged = () => held && held.by === "pointer" && !held.sent;
  part.addEventListener("hand:press", forget);
  part.addEventListener("hand:lift", (event) => !held && lift(event.detail, "pointer"));
  part.addEventListener("hand:carry", (event) => {
    if (dragged()) {
      const { row, minute } = event.detail;
      then(() => {
        // A card that is hardly moved sideways keeps its minute, 10:05 as well as 10:00.
        const stays = Math.abs(minute - held.info.start) < STEP / 2;
        carry(row || held.row, stays ? held.info.start : Math.round(minute / STEP) * STEP);
      });
    }
  });
  part.addEventListener("hand:drop", () => dragged() && then(drop));
  part.addEventListener("hand:leave", () => dragged() && putBack(""));

  // Nothing changes under a hand.
  part.addEventListener("live:before", (event) => {
    if (held || why.open) {
      event.preventDefault();
    }
  });
})();
