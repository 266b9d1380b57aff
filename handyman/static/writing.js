// What is being written in a form stays on this telephone until it is pressed, and stands in the form again when the
// page was closed, reloaded or killed in between; so do files that were chosen. It goes with the page: see drafts.js.
"use strict";

self.writing = (() => {
  const MINUTE = 60 * 1000; // milliseconds
  const part = (name) => document.getElementById(name);
  const about = () => part("main").dataset;
  const pathOf = (url) => new URL(url, location.href).pathname;
  const unwritten = new Map(); // forms by name, whose words are about to be kept
  const { until, keptFor } = about();
  const end = Number(until) || Date.now() + Number(keptFor) * 1000; // by this telephone's clock
  let begin = () => {};
  let writes = new Promise((resolve) => {
    begin = resolve; // once earlier words stand in their form again: what is typed meanwhile is kept with them
  });

  const isTyped = ({ name, type }) => name && !["hidden", "file", "submit", "button", "fieldset"].includes(type);
  const isChosen = ({ type, dataset }) => type === "file" && !("sendAtOnce" in dataset);

  // A form of a visit by its member and its visit, for several links may open it; any other by its address.
  const start = () => {
    const { job, who } = about();
    return job && who ? who + job.slice(job.lastIndexOf("/")) : job;
  };
  const ofVisit = (url) => (url.startsWith(`${about().job}/`) ? start() + url.slice(about().job.length) : url);
  const named = (url, outcome) => ofVisit(url) + (outcome ? `?outcome=${outcome}` : "");

  const nameOf = (form) => named(pathOf(form.action), form.elements.outcome && form.elements.outcome.value);
  const ofEntry = ({ url, fields }) => named(url, (fields.find(([name]) => name === "outcome") || [])[1]);
  const asks = (form) => [...form.elements].some((each) => isTyped(each) || isChosen(each));
  const isOurs = ({ dataset }) => dataset.later || "keep" in dataset;
  const isKept = (form) => form && isOurs(form) && end > Date.now() && asks(form);

  const ofFiles = (name) => `${name} files`; // by themselves: they are large, and letters come one by one
  const common = () => ({ job: about().job, visit: start(), until: end, at: Date.now() });

  const draftOf = (form) => {
    const names = [...form.elements].filter(isTyped).map(({ name }) => name);
    const fields = [...new FormData(form)].filter(([name]) => names.includes(name));
    const { strokes = "" } = form.dataset; // of a signature: see sign.js
    return { form: nameOf(form), ...common(), fields, strokes };
  };

  // One after the other, and as it stands when its turn has come. Without room it is on the screen alone, as before.
  const inTurn = (work) => {
    writes = writes.then(work).catch(() => {});
    return writes;
  };

  const store = (draft) => (draft.fields.length || draft.strokes ? drafts.put(draft) : drafts.remove(draft.form));

  const keep = (form) => {
    const name = nameOf(form);
    if (unwritten.has(name)) return;
    unwritten.set(name, form);
    inTurn(() => unwritten.delete(name) && store(draftOf(form)));
  };

  const keepFiles = ({ form, name, files }) => {
    const key = ofFiles(nameOf(form));
    const draft = { form: key, ...common(), name, files: [...files] };
    return inTurn(() => (draft.files.length ? drafts.put(draft) : drafts.remove(key)));
  };

  const over = async (form) => {
    if (!asks(form)) return;
    const name = nameOf(form);
    unwritten.delete(name);
    await inTurn(() => drafts.remove(name, ofFiles(name)));
  };

  const tell = (form) => {
    if (form.querySelector("[data-put-back]")) return;
    form.prepend(part("put-back").content.firstElementChild.cloneNode(true));
  };

  const drawAgain = (form, strokes) => {
    form.dataset.strokes = strokes;
    form.dispatchEvent(new Event("put-back"));
  };

  // A press that is younger has said it otherwise.
  const putBackInto = async (form, entries) => {
    const name = nameOf(form);
    const [typed, chosen] = [await drafts.find(name), await drafts.find(ofFiles(name))];
    if (!typed && !chosen) return;
    const pressed = entries.filter((entry) => !entry.file && ofEntry(entry) === name).pop();
    const isOld = (draft) => pressed && draft && Number(new Date(pressed.at)) >= draft.at;
    if (isOld(typed) || isOld(chosen)) {
      await drafts.remove(name, ofFiles(name));
      return;
    }
    if (typed) unsent.fill(form, typed.fields);
    if (typed && typed.strokes && !form.dataset.strokes) drawAgain(form, typed.strokes);
    const input = chosen && form.elements[chosen.name];
    if (input && !input.files.length && !("touched" in input.dataset)) forms.choose(input, chosen.files);
    tell(form);
  };

  // What was refused stands in its form already, as it was sent.
  const isRefused = (form) => "keep" in form.dataset && form.querySelector(".ph-error:not([hidden])");

  const putBack = async (entries) => {
    await forgetSent();
    for (const form of document.querySelectorAll("form[data-later], form[data-keep]")) {
      if (isKept(form) && !isRefused(form)) await putBackInto(form, entries);
    }
  };

  // On the page of the job one line leads to the form of the report that has words which were not saved.
  const lead = async () => {
    const line = part("unsaved");
    if (!line) return;
    const [last] = await drafts.under(`${start()}/report`);
    line.hidden = !last;
    if (last) line.querySelector("a").href = last.form.split(" ")[0].replace(start(), about().job);
  };

  // A form that does not wait in the queue keeps its words until a page says that it was taken, or that nothing
  // is left to write under an address.
  const SENT = "sent-form";

  const forgetSent = async () => {
    const sent = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    const { taken, over } = about();
    if (sent && taken !== undefined) await drafts.remove(sent);
    if (over) await drafts.removeIf(({ form }) => form.startsWith(`${over}/`));
  };

  document.addEventListener("submit", ({ target }) => {
    if ("keep" in target.dataset) sessionStorage.setItem(SENT, nameOf(target));
  });

  // How long it took: as the office reckons it, from the presses that wait here and what it knew when it drew the page.

  const standing = (entries, step) => {
    const { job } = about();
    const isOf = ({ url, fields }) =>
      url === `${job}/${step}` || (url === `${job}/undo` && fields.some(([name, value]) => name === "step" && value === step));
    const last = entries.filter((entry) => !entry.refused && isOf(entry)).pop();
    return last && { undone: last.url.endsWith("/undo"), at: queue.officeTime(last) };
  };

  const timeOf = (entries, step, known) => {
    const pressed = standing(entries, step);
    if (!pressed) return Number(known) || 0;
    return pressed.undone ? 0 : pressed.at;
  };

  const fillMinutes = (entries) => {
    const field = document.querySelector("input[data-planned]");
    if (!field || field.value) return;
    const { unseen, planned, step, longest, arrived, ended } = field.dataset;
    const from = timeOf(entries, "arrive", arrived);
    const to = timeOf(entries, "end", ended) || queue.officeTime(queue.now());
    const minutes = Math.max(step, Math.round(Math.floor((to - from) / MINUTE) / step) * step);
    if (!from) field.value = unseen;
    else field.value = minutes <= longest ? minutes : planned;
  };

  for (const event of ["input", "change"]) {
    document.addEventListener(event, ({ target }) => {
      if (isKept(target.form)) keep(target.form);
    });
  }
  document.addEventListener("change", ({ target }) => {
    if (isKept(target.form) && isChosen(target)) keepFiles(target);
  });

  return { begin, over, putBack, lead, fillMinutes, timeOf };
})();
