// The wording of a text: counted with each stroke, and tried by the office's machine shortly after.
(() => {
  "use strict";

  const form = document.getElementById("composer");
  const body = document.getElementById("body");
  const look = document.getElementById("look");
  if (!form || !body || !look) {
    return;
  }
  const PAUSE = 250; // milliseconds
  const MOST = { characters: 70, bytes: 90 };
  const examples = JSON.parse(form.dataset.examples);
  const plainer = JSON.parse(form.dataset.plainer);
  let waiting = 0;
  let asking = null;

  // As on the machine: a syllable is two bytes, a plain letter one, and a long dash becomes a plain one.
  const filled = (words) =>
    [...words.normalize("NFC")]
      .map((letter) => plainer[letter] ?? letter)
      .join("")
      .replace(/\{([^{}]*)\}/g, (_whole, name) => examples[name.trim()] || "")
      .split(/\s+/)
      .filter(Boolean)
      .join(" ")
      .replaceAll(" ?", "?");
  const show = (name, value) => {
    const place = document.getElementById(name);
    place.textContent = String(value);
    place.classList.toggle("is-over", value > MOST[name]);
  };
  const count = () => {
    const letters = [...filled(body.value)];
    show("characters", letters.length);
    show("bytes", letters.reduce((sum, letter) => sum + (letter.codePointAt(0) < 0x80 ? 1 : 2), 0));
  };

  // What it does not know: which letters telephones show, and how long names come out.
  const ask = () => {
    if (asking) {
      asking.abort();
    }
    asking = new AbortController();
    const said = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, body: body.value });
    const headers = { "HX-Request": "true" };
    fetch(form.dataset.look, { method: "POST", body: said, credentials: "same-origin", signal: asking.signal, headers })
      .then((answer) => (window.isRefused(answer) ? null : answer.text()))
      .then((html) => {
        if (html === null) {
          return;
        }
        look.innerHTML = html;
        const counted = look.querySelector("[data-bytes]");
        show("characters", Number(counted.dataset.characters));
        show("bytes", Number(counted.dataset.bytes));
      })
      .catch(() => {}); // a newer stroke asks again; without the machine the count goes on
  };

  body.addEventListener("input", () => {
    count();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, PAUSE);
  });
  count();
})();
