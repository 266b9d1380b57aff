// Every press waits on the telephone until the office has it. Without this file each button sends by itself.
"use strict";

self.presses = (() => {
  const PATIENCE = 8 * 1000; // for an answer, before the next page is shown without it
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const pathOf = (url) => new URL(url, location.href).pathname;
  const about = () => document.getElementById("main").dataset;
  const part = (name) => document.getElementById(name);
  const answers = new Map(); // by key
  const { show, onScreen } = unsent;
  let storing = 0; // presses that are being put down: the page stays until they are
  let stored = Promise.resolve(); // once the last of them is
  let leaving = false;

  const leave = async (go) => {
    leaving = true;
    while (storing) await stored;
    go();
  };

  const stay = () => {
    leaving = false;
  };

  const replace = (url) => {
    if (leaving) return;
    leaving = true;
    location.replace(url);
  };

  const isStep = (entry) => entry.later.startsWith(`${about().job}?as=`);
  const isLeaving = () => leaving;
  const isFree = () => !storing && !onScreen.size && !document.querySelector("[data-busy], form[data-touched]");

  const isKept = async (url) => {
    const page = "caches" in self && (await caches.match(url, { ignoreVary: true }));
    return Boolean(page && shelf.isGood(page));
  };

  // What stands below may be over by now, with an address and buttons that nothing comes of.
  const tellRefused = () => {
    part("refused").focus();
    document.dispatchEvent(new Event("refused"));
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

  // Whatever becomes of this page, the worker sends what is left: where the browser knows of that.
  const askForSignal = async () => {
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      if (registration && registration.sync) await registration.sync.register("unsent");
    } catch (error) {
      // an open page asks again by itself
    }
  };

  const heard = (key, answer) => {
    answers.set(key, answer);
    document.dispatchEvent(new Event("answered"));
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

  // A browser that keeps no pages has the next one only by signal: it comes by itself then (phone.js).
  const stayHere = () => {
    document.dispatchEvent(new Event("next-missing"));
    part("no-next").hidden = false;
    part("unsent").querySelector("details").open = true;
    part("unsent").focus();
  };

  const goOn = async (later, alone) => {
    if (pathOf(later) === location.pathname && alone) {
      document.dispatchEvent(new Event("left-waiting"));
      return;
    }
    if (await isKept(later)) await leave(() => location.assign(later));
    else stayHere();
  };

  // In the order of pressing: photographs take a while, and what was pressed after them comes after them.
  // A form with a file that is no picture is asked about first; photographs alone go without it.
  const store = (form, said, words, later, alone) => {
    const pressed = queue.now();
    storing += 1;
    const mine = stored.then(async () => {
      const { entries, strange } = await forms.read(form, said, words, later, pressed, alone);
      const isAsked = strange.length && !alone;
      if (!isAsked) await queue.add(entries).catch(async () => queue.add(await photographs.lightenAll(entries)));
      if (!isAsked) await writing.over(form);
      return { entries: isAsked ? [] : entries, strange };
    });
    stored = mine
      .catch(() => {})
      .then(() => {
        storing -= 1;
      });
    return mine;
  };

  // No room on this telephone: where there is signal the form sends by itself, else it stays as it is.
  const sendPlainly = async (form, said, input) => {
    if (input) forms.choose(input, [...input.files, ...said.getAll(input.name)]);
    try {
      await fetch("/sent-forms", { cache: "no-store" });
    } catch (error) {
      part("no-room").hidden = false;
      part("no-room").focus();
      return;
    }
    if (input) form.action = form.dataset.photos;
    await writing.over(form);
    leave(() => form.submit());
  };

  const isUndo = (form) => pathOf(form.action).endsWith("/undo");

  // What is asked after the last step, and asked anew when that is pressed anew.
  const isAnswer = (entry) => /\/(safety|forgotten)$/.test(entry.url);

  // A time of an earlier step is true whether or not the work is over: the office hears it, and then of the undoing.
  const isTime = ({ url, fields }) => /\/forgotten$/.test(url) && fields.some(([name, value]) => name === "clock" && /^\d/.test(value));
  const isArrival = (entry) => isTime(entry) && entry.fields.some(([name, value]) => name === "step" && value === "arrive");

  // What has not left is taken back here, with what was ticked after it: nobody hears of it.
  const takenBack = async (form) => {
    const url = pathOf(form.action).replace(/undo$/, form.elements.step.value);
    const steps = (await queue.all()).filter((entry) => !entry.refused && isStep(entry));
    const first = steps.map((entry) => entry.url).lastIndexOf(url);
    const after = steps.slice(first);
    const alone = after.slice(1).every((entry) => isAnswer(entry) && !isTime(entry));
    return first >= 0 && alone && queue.takeBack(after.map((entry) => entry.id));
  };

  // Where an undone step leads: to the one that waits before it, else to what the office knows.
  const laterOf = async (form, input) => {
    if (!isUndo(form)) return (input || form).dataset.later;
    const url = pathOf(form.action).replace(/undo$/, form.elements.step.value);
    const ofTheEnd = form.elements.step.value === "end";
    const isAfter = (entry) => isAnswer(entry) && (!ofTheEnd || entry.later.endsWith("?as=ended"));
    const others = (entry) => isStep(entry) && entry.url !== url && !isAfter(entry);
    const waiting = (await queue.all()).filter((entry) => !entry.refused);
    const steps = waiting.filter(others);
    if (ofTheEnd && waiting.some((entry) => isStep(entry) && isArrival(entry))) return form.dataset.later;
    return steps.length ? steps[steps.length - 1].later : form.dataset.later;
  };

  // The photographs of one field: it is empty again at once, for whoever chooses more meanwhile has chosen both.
  const take = (input) => {
    const said = new FormData();
    for (const file of input.files) said.append(input.name, file);
    input.value = "";
    return said;
  };

  // `input`: whose photographs are sent by themselves, without the rest of the form.
  const press = async (form, words, input = null) => {
    const pressed = input || form;
    if ("busy" in pressed.dataset && !input) return;
    pressed.dataset.busy = "";
    part("sending").hidden = false;
    part("no-room").hidden = true;
    const said = input ? take(input) : new FormData(form);
    const done = () => {
      part("sending").hidden = true;
      delete pressed.dataset.busy;
    };
    let entries;
    let strange;
    let later;
    try {
      if (isUndo(form) && (await takenBack(form))) {
        done();
        document.dispatchEvent(new Event("taken-back"));
        return;
      }
      later = await laterOf(form, input);
      ({ entries, strange } = await store(form, said, words, later, Boolean(input)));
    } catch (error) {
      done();
      await sendPlainly(form, said, input);
      return;
    }
    if (strange.length) forms.tellStrange(form, strange, Boolean(input));
    else forms.hush();
    if (!entries.length) {
      done();
      return;
    }
    delete form.dataset.touched;
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist(); // not to be cleared away
    await show();
    askForSignal();
    const last = entries[entries.length - 1];
    const drained = queue.drain().then((empty) => (empty ? answerTo(last.key) : answers.get(last.key)));
    const answer = (await Promise.race([drained, answerTo(last.key), pause(PATIENCE)])) || {};
    delete pressed.dataset.busy;
    if (input && document.querySelector("[data-busy]")) return; // what was pressed since goes on by itself
    if (answer.kept) leaving = true;
    if (answer.kept) forms.carry();
    done();
    if (answer.kept) await leave(() => location.assign(answer.next || later));
    else if (answer.refused && answer.status === 422) correct(last.key, answer.text);
    else if (answer.refused) tellRefused();
    else await goOn(later, Boolean(input));
  };

  // Without this file photographs are saved by a button.
  const tellOfSaving = () => {
    for (const each of document.querySelectorAll("[data-at-once]")) each.hidden = false;
  };
  tellOfSaving();
  document.addEventListener("page-changed", tellOfSaving);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.later || !part("unsent")) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (forms.isComplete(form)) press(form, form.dataset.words || button.innerText.trim());
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
    const { form, files, dataset } = event.target;
    if (!form || !files || !files.length) return;
    if ("sendAtOnce" in dataset) press(form, dataset.words, event.target);
    else forms.hush(); // of a file that was chosen before; this one is looked at when it is sent
  });

  return { answers, heard, isStep, isKept, isFree, isLeaving, stay, replace };
})();
