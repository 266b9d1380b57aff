// What a page says of what waits on this telephone, or was not taken: how many, which, and of which visit.
"use strict";

self.unsent = (() => {
  const part = (name) => document.getElementById(name);
  const about = () => document.getElementById("main").dataset;
  const pathOf = (url) => new URL(url, location.href).pathname;
  const onScreen = new Set(); // keys of what this very page asks to correct
  const UNDO_FOR = 5 * 60 * 1000; // milliseconds, as at the office
  const FEW = 3; // more would push the page itself off a small screen
  let drawnAt = Date.now() - Number(about().copy || 0) * 1000; // by the office, or what of it was renewed since
  const pictures = new Map(); // addresses of photographs that wait, by key

  // As the office says it: 오후 5시 57분, 5:57 PM.
  const SEOUL = { timeZone: "Asia/Seoul", hour: "numeric", minute: "2-digit", hour12: true }; // whatever zone this is in
  const clock = (at) => {
    const said = new Date(at).toLocaleTimeString("en", SEOUL);
    const [, hour, minute, half] = said.match(/(\d+):(\d+)\s*([AP]M)/);
    const rest = Number(minute);
    if (document.documentElement.lang !== "ko") return `${hour}${rest ? `:${minute}` : ""} ${half}`;
    const [name, at12] = half === "AM" ? ["오전", 0] : ["오후", 12];
    return `${name} ${hour === "12" ? at12 : hour}시${rest ? ` ${rest}분` : ""}`;
  };
  // What was answered; of a step that was pressed the time is the answer.
  const named = (entry) => {
    const { words, url, fields } = entry;
    const [, said = ""] = fields.find(([name]) => name === "clock") || [];
    if (/^\d/.test(said)) return `${words}: ${clock(`2000-01-01T${said}+09:00`)}`;
    return /\/(travel|arrive|end)$/.test(url) ? `${words} ${clock(queue.officeTime(entry))}` : words;
  };
  const typed = (entry) =>
    entry.fields
      .filter(([name, value]) => value && !value.startsWith("data:") && ["note", "parts"].includes(name))
      .map(([, value]) => value)
      .join("\n");

  const copyOf = (name) => part(name).content.firstElementChild.cloneNode(true);

  // A row of photographs is one line.
  const lines = (entries) => {
    const found = [];
    for (const entry of entries) {
      const last = found[found.length - 1];
      if (entry.file && last && last.file && last.words === entry.words) last.times += 1;
      else found.push({ file: entry.file, words: entry.words, text: named(entry), times: 1 });
    }
    return found.map(({ text, times }) => {
      const item = document.createElement("li");
      item.textContent = times > 1 ? `${text} × ${times}` : text;
      return item;
    });
  };

  // Under the name of its visit, for another one's page must not look as if it were its own.
  const byVisit = (entries, draw) => {
    const visits = new Map();
    const visitOf = ({ job }) => job.slice(job.lastIndexOf("/")); // by whichever link
    for (const entry of entries) visits.set(visitOf(entry), [...(visits.get(visitOf(entry)) || []), entry]);
    const own = about().job || "";
    return [...visits.values()].map((those) => {
      const [{ job }] = those;
      const group = copyOf("of-a-visit");
      const name = (those.find((each) => each.visit) || {}).visit || "";
      group.querySelector("[data-visit]").textContent = name;
      group.querySelector("[data-other]").hidden = !own || job === own;
      group.querySelector("[data-name]").hidden = !name && (!own || job === own);
      group.querySelector("[data-list]").replaceChildren(...draw(those));
      return group;
    });
  };

  const explain = (refused) => {
    if (refused.sentences) return refused; // stored by an earlier release
    if (refused.status === 409) return JSON.parse(refused.text);
    const page = new DOMParser().parseFromString(refused.text, "text/html");
    const texts = (which) => [...new Set([...page.querySelectorAll(which)].map((each) => each.textContent.trim()))];
    const problems = texts("#problems li, .ph-error:not([hidden]) span"); // both say the same
    if (problems.length) return { title: "", sentences: problems };
    return { title: texts("h1")[0] || "", sentences: texts(".ph-lead") };
  };

  const sentence = ({ title, sentences }) => [title, ...sentences].filter(Boolean).map((each) => `${each.replace(/\.$/, "")}.`).join(" ");

  // What has to be corrected stands for itself; what was not taken for one reason is told once.
  const byReason = (entries) => {
    const found = new Map();
    for (const entry of entries) {
      const mayCorrect = entry.refused.status === 422 && entry.form && !entry.file;
      const why = sentence(explain(entry.refused));
      const reason = mayCorrect ? entry.key : why;
      const { those = [] } = found.get(reason) || {};
      found.set(reason, { why, form: mayCorrect ? entry.form : "", those: [...those, entry] });
    }
    return [...found.values()];
  };

  // What was typed is gone then: a slip of the thumb deletes nothing.
  const askBeforeForgetting = (item, entries) => {
    const button = (name) => item.querySelector(`[data-${name}]`);
    const ask = (asked) => {
      button("forget").hidden = asked;
      button("sure").hidden = !asked;
      button(asked ? "stay" : "forget").focus();
    };
    button("forget").addEventListener("click", () => ask(true));
    button("stay").addEventListener("click", () => ask(false));
    button("gone").addEventListener("click", async () => {
      for (const entry of entries) await queue.remove(entry.id);
      await show();
      part(part("refused").hidden ? "main" : "refused").focus();
    });
  };

  const addressOf = ({ key, file }) => {
    if (!pictures.has(key)) pictures.set(key, URL.createObjectURL(new Blob([file.bytes], { type: file.type })));
    return pictures.get(key);
  };

  // What of it the office has, and which photographs are on this telephone alone: to be saved before they are deleted.
  const tellWhereItIs = (item, those) => {
    const passed = those.filter(({ refused }) => refused.passedOn);
    const left = those.filter(({ file, refused }) => file && !refused.passedOn);
    item.querySelector("[data-passed-on]").hidden = passed.every(({ file }) => file);
    item.querySelector("[data-photos-passed-on]").hidden = !passed.some(({ file }) => file);
    const here = item.querySelector("[data-here]");
    here.hidden = !left.length;
    const album = here.querySelector("ul");
    const [one] = album.children;
    album.replaceChildren(
      ...left.map((entry, index) => {
        const row = one.cloneNode(true);
        const [link, picture] = [row.querySelector("a"), row.querySelector("img")];
        picture.src = addressOf(entry);
        picture.alt = picture.alt.replace("{n}", index + 1);
        link.href = picture.src;
        link.download = entry.file.name;
        return row;
      })
    );
  };

  const refusedLines = (entries) =>
    byReason(entries).map(({ why, form, those }) => {
      const item = copyOf("not-taken");
      item.querySelector("[data-words]").replaceChildren(...lines(those));
      item.querySelector("[data-why]").textContent = why;
      item.querySelector("[data-typed]").textContent = those.map(typed).filter((text) => text).join("\n");
      tellWhereItIs(item, those);
      item.querySelector("[data-again]").hidden = !form;
      item.querySelector("[data-again]").href = form;
      askBeforeForgetting(item, those);
      return item;
    });

  // Photographs that wait, under the button that chose them.
  const photograph = (entry) => {
    const item = copyOf("waiting-photo");
    item.dataset.photo = entry.id;
    item.querySelector("img").src = addressOf(entry);
    item.querySelector("[data-under-way]").dataset.underWay = entry.id;
    item.querySelector("button").addEventListener("click", async () => {
      await queue.takeBack([entry.id]);
      await show();
      const left = document.querySelector(`[data-under-way="${entry.id}"]`);
      if (left) left.focus();
    });
    return item;
  };

  const hasFocus = (box) => box.contains(document.activeElement);

  const tellOfPhotograph = (item, { tried }, number) => {
    const words = copyOf("waiting-photo").querySelector("img").alt.replace("{n}", number);
    item.querySelector("img").alt = words;
    for (const each of item.querySelectorAll(".ph-hidden")) each.textContent = words;
    const [question, underWay] = [item.querySelector("details"), item.querySelector("[data-under-way]")];
    const wasThere = hasFocus(question);
    question.hidden = Boolean(tried);
    underWay.hidden = !tried;
    if (tried && wasThere) underWay.focus();
  };

  // Each stays in its place while it waits: a question that is open is not closed by what becomes of the others.
  const fillAlbum = (album, own, input) => {
    for (const item of [...album.children]) {
      if (own.some(({ id }) => String(id) === item.dataset.photo)) continue;
      if (hasFocus(item)) input.focus();
      item.remove();
    }
    own.forEach((entry, index) => {
      if (!album.children[index]) album.append(photograph(entry));
      tellOfPhotograph(album.children[index], entry, index + 1);
    });
    album.hidden = own.length === 0;
  };

  const showPhotographs = (waiting) => {
    for (const input of document.querySelectorAll("#main input[type=file]")) {
      const url = pathOf(input.form.dataset.photos || input.form.action);
      const own = waiting.filter((entry) => entry.file && entry.url === url && entry.file.field === input.name);
      let album = input.parentElement.querySelector("[data-waiting]");
      if (!album && own.length) {
        album = copyOf("waiting-photos");
        input.after(album);
      }
      if (album) fillAlbum(album, own, input);
    }
  };

  // What is longer ago than the office allows is not offered: by the press that waits, on a page that stands as if
  // it had arrived, else by how long the office would still take it back when it drew the page.
  const showUndo = (waiting) => {
    const isSupposed = /[?&]as=/.test(location.search);
    for (const form of document.querySelectorAll("form[action$='/undo']")) {
      const step = pathOf(form.action).replace(/undo$/, form.elements.step.value);
      const pressed = waiting.filter((entry) => entry.url === step).pop();
      const late = !pressed || Date.now() - Number(new Date(pressed.at)) > UNDO_FOR;
      form.hidden = isSupposed ? late : Date.now() - drawnAt > Number(form.dataset.undoFor) * 1000;
    }
  };

  // Before the report, the first question to which no answer waits: by its address, or that with the step it is about.
  // A step is ticked when it was pressed or answered, and not taken back since.
  const showAsked = (waiting) => {
    const stepOf = ({ fields }) => (fields.find(([name]) => name === "step") || [])[1];
    const takesBack = ({ url }) => (other) => other.url.endsWith("/undo") && other.url.replace(/undo$/, stepOf(other)) === url;
    const stands = waiting.filter((entry, index) => !waiting.slice(index + 1).some(takesBack(entry)));
    const said = stands.flatMap((entry) => [entry.url, `${entry.url}#${stepOf(entry)}`]);
    const isSaid = (addresses) => addresses.split(" ").some((url) => said.includes(url));
    const asked = [...document.querySelectorAll("[data-ask]")];
    const first = asked.find((each) => !isSaid(each.dataset.ask));
    for (const each of asked) each.hidden = each !== first;
    for (const step of document.querySelectorAll("[data-said]")) step.classList.toggle("is-done", isSaid(step.dataset.said));
  };

  const showParts = (waiting) => {
    const isSaid = (url) => waiting.some((entry) => entry.url === url);
    for (const mark of document.querySelectorAll("[data-part]")) mark.hidden = !isSaid(mark.dataset.part);
    for (const mark of document.querySelectorAll("[data-no-part]")) mark.hidden = isSaid(mark.dataset.noPart);
    const [whole, more] = ["whole", "not-whole"].map((each) => document.querySelector(`[data-${each}]`));
    if (!whole) return;
    const [missing] = document.querySelectorAll("[data-no-part]:not([hidden])"); // of the steps, the first
    whole.hidden = Boolean(missing);
    more.hidden = !missing;
    if (missing) more.querySelector("a").href = missing.closest("a").href;
  };

  // On a telephone that others use, too, each sees their own.
  const isOurs = ({ who }) => !who || !about().who || who === about().who;

  // On a small screen what a page is for stays in sight, whatever waits; at the end it is for what waits.
  const pushesAway = () => matchMedia("(max-height: 56em)").matches && !document.querySelector(".ph-end");

  // What is the same is not drawn anew: whoever reads or has the focus there keeps it.
  const isNew = (box, entries) => {
    const before = box.dataset.shown;
    box.dataset.shown = entries.map(({ id }) => id).join(" ");
    return box.dataset.shown !== before;
  };

  // Gives what waits.
  const show = async () => {
    if (!part("unsent")) return [];
    const entries = (await queue.all()).filter(isOurs);
    const waiting = entries.filter((entry) => !entry.refused);
    showUndo(waiting);
    showPhotographs(waiting);
    const refused = entries.filter((entry) => entry.refused && !onScreen.has(entry.key));
    if (isNew(part("refused"), refused)) {
      part("refused").querySelector("[data-all]").replaceChildren(...byVisit(refused, refusedLines));
      part("refused").hidden = refused.length === 0;
    }
    if (!isNew(part("unsent"), waiting)) return waiting;
    const count = part("unsent").querySelector("[data-count]");
    count.textContent = count.dataset.count.replace("{n}", waiting.length);
    part("unsent").querySelector("[data-all]").replaceChildren(...byVisit(waiting, lines));
    part("unsent").querySelector("details").open = waiting.length <= FEW && !pushesAway();
    part("unsent").hidden = waiting.length === 0;
    showParts(waiting);
    showAsked(waiting);
    times.show(waiting);
    return waiting;
  };

  document.addEventListener("live:after", () => {
    drawnAt = Date.now();
    show();
  });

  // What waits stands in its form again, and what has to be corrected.

  // A slow telephone looks late: what somebody has typed by then stays.
  const isTouched = (form, name) => form.querySelector(`[name="${CSS.escape(name)}"][data-touched]`) !== null;

  const isSaid = ({ type, checked, value }) => type !== "hidden" && (["radio", "checkbox"].includes(type) ? checked : value);
  const saysMore = (part) => [...part.querySelectorAll("input, select, textarea")].some(isSaid);

  // Within the form and around it.
  const openWhatIsSaid = (form) => {
    for (const more of form.querySelectorAll("details")) more.open = more.open || saysMore(more);
    const around = form.closest("details");
    if (around) around.open = around.open || saysMore(form);
  };

  const fill = (form, fields) => {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = box.checked && isTouched(form, box.name);
    for (const [name, value] of fields) {
      if (isTouched(form, name)) continue;
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
        else if (field.type !== "hidden") field.value = value;
      }
    }
    openWhatIsSaid(form);
  };

  // Said under another outcome, as the office keeps it (reporting/pages.py).
  const shared = ({ elements }, fields) =>
    fields.filter(([name, value]) => ["note", "parts"].includes(name) || (name === "minutes" && value !== elements.minutes.dataset.otherwise));

  const fillForms = (entries) => {
    for (const form of document.querySelectorAll("form[data-later]")) {
      const { step } = form.elements;
      const isOf = ({ fields }) => !step || fields.some(([name, value]) => name === "step" && value === step.value);
      const said = entries.filter((entry) => !entry.file && entry.url === pathOf(form.action) && isOf(entry)).pop();
      const { outcome } = form.elements;
      const same = !outcome || !said || said.fields.some(([name, value]) => name === "outcome" && value === outcome.value);
      if (said && (!said.refused || said.refused.status === 422)) fill(form, same ? said.fields : shared(form, said.fields));
    }
  };

  const fillAgain = (entries) => {
    fillForms(entries);
    const note = part("drawn-here");
    const isDrawn = ([name, value]) => name === "drawn" && value;
    if (note) note.hidden = !entries.some((entry) => entry.url === note.dataset.of && entry.fields.some(isDrawn));
  };

  return { show, fill, fillAgain, clock, onScreen };
})();
