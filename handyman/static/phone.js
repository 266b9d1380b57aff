// Every press waits on the telephone until the office has it. Without this file each button sends by itself.
"use strict";

{
  const LONGEST_SIDE = 1600; // as the office keeps a photograph
  const QUALITY = 0.8;
  const AGAIN_AFTER = 15 * 1000; // milliseconds
  const FRESH = 60; // seconds: no kept page is drawn anew for less
  const PATIENCE = 8 * 1000; // for an answer, before the next page is shown without it
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const pathOf = (url) => new URL(url, location.href).pathname;
  const about = () => document.getElementById("main").dataset;
  const part = (name) => document.getElementById(name);
  const answers = new Map(); // by key
  const { show, fillAgain, onScreen } = unsent;
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
  const read = async (form, said, words, later, pressed) => {
    const shown = location.pathname + location.search;
    const { job = "", visit = "" } = about();
    const common = { job, visit, later, words, form: shown, ...pressed };
    const entries = [];
    const fields = [];
    for (const [name, value] of said) {
      if (typeof value === "string") {
        if (!OWN.includes(name)) fields.push([name, value]);
      } else if (value.size) {
        const url = pathOf(form.dataset.photos || form.action);
        const file = await toFile(name, value);
        const named = form.dataset.photoWords || words;
        entries.push({ ...common, words: named, key: queue.newKey(), url, fields: [], file });
      }
    }
    if (!("sendAtOnce" in form.dataset)) {
      entries.push({ ...common, key: queue.newKey(), url: pathOf(form.action), fields, file: null });
    }
    return entries;
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

  queue.listen((key, answer) => {
    answers.set(key, answer);
    document.dispatchEvent(new Event("answered"));
    return settle();
  });

  // Whatever becomes of this page, the worker sends what is left: where the browser knows of that.
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
    else part("unsent").focus();
  };

  // In the order of pressing: photographs take a while, and what was pressed after them comes after them.
  const store = (form, said, words, later) => {
    const pressed = queue.now();
    storing += 1;
    const mine = stored.then(async () => {
      const entries = await read(form, said, words, later, pressed);
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

  let leaving = false;
  const leave = async (go) => {
    leaving = true;
    while (storing) await stored;
    go();
  };

  // No room on this telephone: where there is signal the form sends by itself, else it stays as it is.
  const sendPlainly = async (form, said) => {
    try {
      await fetch("/sent-forms", { cache: "no-store" });
    } catch (error) {
      part("no-room").hidden = false;
      part("no-room").focus();
      return;
    }
    const input = form.querySelector("input[type=file]");
    if (input) {
      const chosen = new DataTransfer();
      for (const file of said.getAll(input.name)) if (file.size) chosen.items.add(file);
      input.files = chosen.files;
    }
    leave(() => form.submit());
  };

  const isUndo = (form) => pathOf(form.action).endsWith("/undo");
  const isStep = (entry) => entry.later.startsWith(`${about().job}?as=`);

  // What has not left is taken back here, with the ladder check that came after it: nobody hears of it.
  const takenBack = async (form) => {
    const url = pathOf(form.action).replace(/undo$/, form.elements.step.value);
    const steps = (await queue.all()).filter((entry) => !entry.refused && isStep(entry));
    const first = steps.map((entry) => entry.url).lastIndexOf(url);
    const after = steps.slice(first);
    const alone = after.slice(1).every((entry) => entry.url.endsWith("/safety"));
    return first >= 0 && alone && queue.takeBack(after.map((entry) => entry.id));
  };

  // Where an undone step leads: to the one that waits before it, else to what the office knows.
  const laterOf = async (form) => {
    if (!isUndo(form)) return form.dataset.later;
    const url = pathOf(form.action).replace(/undo$/, form.elements.step.value);
    const steps = (await queue.all()).filter((entry) => !entry.refused && isStep(entry) && entry.url !== url);
    return steps.length ? steps[steps.length - 1].later : form.dataset.later;
  };

  const press = async (form, words) => {
    const atOnce = "sendAtOnce" in form.dataset; // whoever chooses more meanwhile has chosen both
    if ("busy" in form.dataset && !atOnce) return;
    form.dataset.busy = "";
    part("sending").hidden = false;
    part("no-room").hidden = true;
    const said = new FormData(form);
    const done = () => {
      part("sending").hidden = true;
      delete form.dataset.busy;
    };
    let entries;
    let later;
    try {
      if (isUndo(form) && (await takenBack(form))) {
        done();
        await standing(await show());
        return;
      }
      later = await laterOf(form);
      entries = await store(form, said, words, later);
    } catch (error) {
      done();
      await sendPlainly(form, said);
      return;
    }
    delete form.dataset.touched;
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist(); // not to be cleared away
    await show();
    askForSignal();
    const last = entries[entries.length - 1];
    const drained = queue.drain().then((empty) => (empty ? answerTo(last.key) : answers.get(last.key)));
    const answer = (await Promise.race([drained, answerTo(last.key), pause(PATIENCE)])) || {};
    delete form.dataset.busy;
    if (atOnce && document.querySelector("form[data-busy]")) return; // what was pressed since goes on by itself
    if (answer.kept) leaving = true;
    done();
    if (answer.kept) await leave(() => location.assign(answer.next || later));
    else if (answer.refused && answer.status === 422) correct(last.key, answer.text);
    else if (answer.refused) part("refused").focus();
    else await goOn(form, later);
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

  const isSupposed = () => /[?&]as=/.test(location.search);
  const replace = (url) => {
    if (leaving) return;
    leaving = true;
    location.replace(url);
  };

  // The page of a job that stands as it will when everything has arrived.
  const standing = async (waiting) => {
    const { job, page } = about();
    if (page !== "job" || !job) return;
    const steps = waiting.filter(isStep);
    const wanted = steps.length ? steps[steps.length - 1].later : job;
    if (isSupposed() && wanted.endsWith("?as=waiting")) return; // to look at the job again meanwhile
    const elsewhere = location.pathname + location.search !== wanted;
    if (steps.length ? elsewhere && (await isKept(wanted)) : isSupposed()) replace(wanted);
  };

  // A report that waits is gone on with, not begun again.
  const resume = async (waiting) => {
    const { job } = about();
    if (!job || location.pathname + location.search !== `${job}/report`) return;
    const said = waiting.filter((entry) => entry.url === `${job}/report/work`).pop();
    const wanted = said && said.later.replace("/photos?", "?");
    if (wanted && (await isKept(wanted))) replace(wanted);
  };

  // A page that was drawn before the signal came back is drawn anew, unless somebody is writing on it.
  let waited = false; // something of this page's own
  let stale = false;

  const isFree = () => !storing && !onScreen.size && !document.querySelector("form[data-busy], form[data-touched]");

  const redraw = () => {
    const { job, page } = about();
    if (!job && !page) return;
    sessionStorage.setItem("redrawn", String(Date.now()));
    const nexts = [...answers.values()].map((answer) => answer.next || "");
    const next = nexts.filter((each) => pathOf(each).startsWith(`${job}`)).pop();
    replace(isSupposed() ? next || job : location.pathname + location.search);
  };

  const settle = async () => {
    const waiting = await show();
    const { job, page } = about();
    const own = waiting.filter((entry) => page === "day" || entry.job === job);
    stale = stale || (waited && !own.length);
    waited = own.length > 0;
    if (stale && !waited && isFree() && (await queue.hasSignal())) redraw();
  };

  const tryAgain = async () => {
    const before = answers.size;
    await queue.drain();
    if (isFree() && (await shelf.hasEnded())) replace(location.pathname + location.search);
    await settle();
    if (answers.size > before && !leaving) prepare();
  };

  // Whether it came: without signal, or without room, what is kept already stays.
  const prepare = () =>
    shelf.prepare(about().kit).then(
      () => true,
      () => false
    );

  // A copy that has just been renewed is not drawn again: on a slow line it is all there is.
  const open = async () => {
    const renewed = await prepare();
    const { copy, page } = about();
    const lately = Date.now() - Number(sessionStorage.getItem("redrawn") || 0) < FRESH * 1000;
    stale = page === "no-signal" || (Number(copy) > FRESH && (renewed || !lately));
  };

  const start = async () => {
    document.addEventListener("input", (event) => {
      event.target.dataset.touched = "";
      if (event.target.form) event.target.form.dataset.touched = "";
    });
    window.addEventListener("online", tryAgain);
    window.addEventListener("pageshow", (event) => {
      leaving = false;
      if (event.persisted) tryAgain();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) tryAgain();
    });
    setInterval(tryAgain, AGAIN_AFTER);
    const opened = open();
    const entries = await queue.all();
    fillAgain(entries);
    const waiting = await show();
    waited = waiting.some((entry) => entry.job === about().job);
    if (waiting.length) await Promise.race([tryAgain(), pause(PATIENCE)]);
    await standing(await show());
    await resume(await show());
    await opened;
    await settle();
  };

  start().catch(() => {}); // a browser that stores nothing: every button sends by itself
}
