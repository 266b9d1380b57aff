// Every press waits on the telephone until the office has it. Without this file each button sends by itself.
"use strict";

{
  const LONGEST_SIDE = 1600; // as the office keeps a photograph
  const QUALITY = 0.8;
  const AGAIN_AFTER = 15 * 1000; // milliseconds
  const PATIENCE = 8 * 1000; // for an answer, before the next page is shown without it
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const pathOf = (url) => new URL(url, location.href).pathname;
  const about = () => document.getElementById("main").dataset;
  const part = (name) => document.getElementById(name);
  const answers = new Map(); // by key, of this page's own presses
  const onScreen = new Set(); // keys of what this very page asks to correct
  let storing = 0; // presses that are being put down: the page stays until they are
  let stored = Promise.resolve(); // once the last of them is

  // Reading a form

  const shrink = (file) =>
    new Promise((resolve) => {
      const url = URL.createObjectURL(file);
      const image = new Image();
      const done = (blob) => {
        URL.revokeObjectURL(url);
        resolve(blob || file);
      };
      image.onerror = () => done(null); // the office says what is wrong with it
      image.onload = () => {
        const scale = Math.min(1, LONGEST_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
        const canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(done, "image/jpeg", QUALITY);
      };
      image.src = url;
    });

  const toFile = async (field, chosen) => {
    const small = await shrink(chosen);
    const bytes = await new Response(small).arrayBuffer();
    return { field, name: chosen.name || "photo.jpg", type: small.type || "image/jpeg", bytes };
  };

  const OWN = ["csrf_token", "key", "at"];
  const read = async (form, said, words, at) => {
    const shown = location.pathname + location.search;
    const common = { job: about().job || "", later: form.dataset.later, words, at, form: shown };
    const entries = [];
    const fields = [];
    for (const [name, value] of said) {
      if (typeof value === "string") {
        if (!OWN.includes(name)) fields.push([name, value]);
      } else if (value.size) {
        const url = pathOf(form.dataset.photos || form.action);
        entries.push({ ...common, key: queue.newKey(), url, fields: [], file: await toFile(name, value) });
      }
    }
    if (!("sendAtOnce" in form.dataset)) {
      entries.push({ ...common, key: queue.newKey(), url: pathOf(form.action), fields, file: null });
    }
    return entries;
  };

  // What the page says of it

  const clock = (at) => new Date(at).toTimeString().slice(0, 5);
  const named = (entry) => `${entry.words} ${clock(entry.at)}`;
  const typed = (entry) =>
    entry.fields
      .filter(([name, value]) => value && !value.startsWith("data:") && ["note", "parts"].includes(name))
      .map(([, value]) => value)
      .join("\n");

  const line = (text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  };

  const refusedLine = (entry) => {
    const item = part("refused").querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector("[data-words]").textContent = named(entry);
    item.querySelector("[data-why]").textContent = [entry.refused.title, ...entry.refused.sentences].join(". ");
    item.querySelector("[data-typed]").textContent = typed(entry);
    const again = item.querySelector("[data-again]");
    again.hidden = entry.refused.status !== 422 || !entry.form || Boolean(entry.file);
    again.href = entry.form || "";
    item.querySelector("[data-forget]").addEventListener("click", async () => {
      await queue.remove(entry.id);
      await show();
    });
    return item;
  };

  const show = async () => {
    if (!part("unsent")) return [];
    const entries = await queue.all();
    const unsent = entries.filter((entry) => !entry.refused);
    const refused = entries.filter((entry) => entry.refused && !onScreen.has(entry.key));
    const count = part("unsent").querySelector("[data-count]");
    count.textContent = count.dataset.count.replace("{n}", unsent.length);
    part("unsent").querySelector("[data-list]").replaceChildren(...unsent.map((entry) => line(named(entry))));
    part("unsent").hidden = unsent.length === 0;
    part("refused").querySelector("[data-list]").replaceChildren(...refused.map(refusedLine));
    part("refused").hidden = refused.length === 0;
    return unsent;
  };

  const explain = (answer) => {
    if (answer.status === 409) return { status: 409, ...JSON.parse(answer.text) };
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    const texts = (which) => [...page.querySelectorAll(which)].map((each) => each.textContent.trim());
    const [title] = texts("h1");
    const problems = texts("#problems li, .ph-error:not([hidden]) span");
    return { status: answer.status, title: title || "", sentences: problems.length ? problems : texts(".ph-lead") };
  };

  // The same page with its sentences and with everything that was typed.
  const correct = (key, text) => {
    onScreen.add(key);
    const page = new DOMParser().parseFromString(text, "text/html");
    part("main").replaceWith(document.importNode(page.getElementById("main"), true));
    document.dispatchEvent(new Event("page-changed"));
    show();
    const problems = part("problems");
    if (problems) problems.focus();
  };

  // Sending

  const onAnswer = (entry, answer) => {
    answers.set(entry.key, answer);
    document.dispatchEvent(new Event("answered"));
    return show();
  };

  const drain = async () => {
    const empty = await queue.drain(onAnswer, explain);
    if (!empty) await askForSignal();
    return empty;
  };

  const askForSignal = async () => {
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      if (registration && registration.sync) await registration.sync.register("unsent");
    } catch (error) {
      // an open page asks again by itself
    }
  };

  const answerTo = (key) =>
    new Promise((resolve) => {
      const look = () => {
        if (!answers.has(key)) return;
        document.removeEventListener("answered", look);
        resolve(answers.get(key));
      };
      document.addEventListener("answered", look);
      look();
    });

  const isKept = async (url) => {
    const page = "caches" in self && (await caches.match(url, { ignoreVary: true }));
    return Boolean(page && shelf.isGood(page));
  };

  const goOn = async (form, later) => {
    if (pathOf(later) === location.pathname && "sendAtOnce" in form.dataset) form.reset();
    else if (await isKept(later)) await leave(() => location.assign(later));
  };

  // In the order of pressing: photographs take a while, and what was pressed after them comes after them.
  const store = (form, said, words) => {
    const at = new Date().toISOString();
    storing += 1;
    const mine = stored.then(async () => {
      const entries = await read(form, said, words, at);
      await queue.add(entries);
      return entries;
    });
    stored = mine
      .catch(() => {})
      .then(() => {
        storing -= 1;
      });
    return mine;
  };

  const leave = async (go) => {
    while (storing) await stored;
    go();
  };

  // No room on this telephone: the form sends by itself.
  const sendPlainly = (form, said) => {
    const input = form.querySelector("input[type=file]");
    if (input) {
      const chosen = new DataTransfer();
      for (const file of said.getAll(input.name)) if (file.size) chosen.items.add(file);
      input.files = chosen.files;
    }
    leave(() => form.submit());
  };

  const press = async (form, words) => {
    const atOnce = "sendAtOnce" in form.dataset; // whoever chooses more meanwhile has chosen both
    if ("busy" in form.dataset && !atOnce) return;
    form.dataset.busy = "";
    part("sending").hidden = false;
    const said = new FormData(form);
    let entries;
    try {
      entries = await store(form, said, words);
    } catch (error) {
      sendPlainly(form, said);
      return;
    }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist(); // not to be cleared away
    await show();
    const last = entries[entries.length - 1];
    const drained = drain().then((empty) => (empty ? answerTo(last.key) : answers.get(last.key)));
    const answer = (await Promise.race([drained, answerTo(last.key), pause(PATIENCE)])) || {};
    part("sending").hidden = true;
    delete form.dataset.busy;
    if (answer.kept) await leave(() => location.assign(answer.next || form.dataset.later));
    else if (answer.refused && answer.status === 422) correct(last.key, answer.text);
    else if (answer.refused) part("refused").focus();
    else await goOn(form, form.dataset.later);
  };

  const complete = (form) => {
    const isThere = (each) => (each.type === "checkbox" ? each.checked : each.value.trim());
    const missing = ![...form.querySelectorAll("[data-must]")].every(isThere);
    const sentence = form.querySelector("[data-missing]");
    if (sentence) sentence.hidden = !missing;
    return !missing;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.later || !part("unsent")) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (complete(form)) press(form, form.dataset.words || button.innerText.trim());
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!storing || !link || link.protocol !== location.protocol) return;
    event.preventDefault();
    leave(() => location.assign(link.href));
  });
  window.addEventListener("beforeunload", (event) => {
    if (storing) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !("sendAtOnce" in form.dataset) || !event.target.files || !event.target.files.length) return;
    press(form, form.dataset.words);
  });

  // A page that opens

  const fill = (form, fields) => {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
        else if (field.type !== "hidden") field.value = value;
      }
    }
  };

  const fillAgain = (entries) => {
    for (const form of document.querySelectorAll("form[data-later]")) {
      const said = entries.filter((entry) => !entry.file && entry.url === pathOf(form.action)).pop();
      const outcome = form.elements.outcome;
      const same = !outcome || !said || said.fields.some(([name, value]) => name === "outcome" && value === outcome.value);
      if (said && same && said.refused === undefined) fill(form, said.fields);
      else if (said && same && said.refused.status === 422) fill(form, said.fields);
    }
  };

  // The page of a job that stands as it will when everything has arrived.
  const standing = async (unsent) => {
    const { job, page } = about();
    if (page !== "job" || !job) return;
    const steps = unsent.filter((entry) => entry.later.startsWith(`${job}?as=`));
    const wanted = steps.length ? steps[steps.length - 1].later : job;
    const supposed = location.search.includes("as=");
    if (supposed && wanted.endsWith("?as=waiting")) return; // to look at the job again meanwhile
    const elsewhere = location.pathname + location.search !== wanted;
    if (steps.length ? elsewhere && (await isKept(wanted)) : supposed) location.replace(wanted);
  };

  const isSupposed = () => /[?&]as=/.test(location.search);

  const tryAgain = async () => {
    const before = (await queue.all()).filter((entry) => !entry.refused);
    if (!before.length) return;
    const busy = document.querySelector("form[data-busy]");
    const empty = await drain();
    const last = answers.get(before[before.length - 1].key);
    if (empty && isSupposed() && !busy && !storing && !document.querySelector("form[data-touched]")) {
      location.replace((last && last.next) || about().job || location.pathname);
    }
  };

  const keepPages = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (queue.statusOf(answer) !== 200) return;
    const policy = answer.headers.get("Content-Security-Policy") || "default-src 'self'";
    const until = shelf.untilOf(answer);
    const { pages, files, more } = await answer.json();
    const kept = await caches.open(shelf.FILES);
    for (const request of await kept.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!(pathname + search in files)) await kept.delete(request);
    }
    for (const [file, [type, text]] of Object.entries(files)) {
      await kept.put(file, new Response(text, { headers: { "Content-Type": type } }));
    }
    const shown = await caches.open(shelf.PAGES);
    for (const [path, page] of Object.entries(pages)) {
      const headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        [shelf.UNTIL]: until,
      };
      await shown.put(path, new Response(page, { headers }));
    }
    for (const next of more) await keepPages(next);
  };

  const prepare = async () => {
    if (!("caches" in self) || !("serviceWorker" in navigator)) return;
    await shelf.sweep();
    const { kit } = about();
    if (!kit) return;
    await navigator.serviceWorker.register("/sw.js");
    await keepPages(kit);
    document.documentElement.dataset.kept = "";
  };

  const start = async () => {
    document.addEventListener("input", (event) => {
      if (event.target.form) event.target.form.dataset.touched = "";
    });
    window.addEventListener("online", tryAgain);
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) show();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) tryAgain();
    });
    setInterval(tryAgain, AGAIN_AFTER);
    prepare().catch(() => {}); // without signal, or without room: what is kept already stays
    fillAgain(await queue.all());
    const unsent = await show();
    if (unsent.length) await Promise.race([tryAgain(), pause(PATIENCE)]);
    await standing(await show());
  };

  start().catch(() => {}); // a browser that stores nothing: every button sends by itself
}
