// What a form says: read for the queue, and asked about at once where it cannot be so.
"use strict";

self.forms = (() => {
  const OWN = ["csrf_token", "key", "at"];
  const pathOf = (url) => new URL(url, location.href).pathname;
  const about = () => document.getElementById("main").dataset;
  const wrong = () => document.getElementById("wrong");

  // A photograph is put down as it came; what may be none is opened first. Null where it is no picture.
  const toFile = async (field, chosen) => {
    const file = { field, name: chosen.name || "photo.jpg", type: chosen.type || "image/jpeg", bytes: chosen, large: true };
    if (await photographs.isOne(chosen)) return file;
    const small = await photographs.lighten(file);
    return small.bytes === chosen ? null : small;
  };

  // What goes into the queue, and which of the chosen files are no pictures. `alone`: photographs and nothing else.
  const read = async (form, said, words, later, pressed, alone) => {
    const { job = "", visit = "", who = "" } = about();
    const common = { who, job, visit, later, words, form: location.pathname + location.search, ...pressed };
    const entries = [];
    const fields = [];
    const strange = [];
    const chosen = {}; // how many of each field
    for (const [name, value] of said) {
      if (typeof value === "string") {
        if (!OWN.includes(name)) fields.push([name, value]);
      } else if (value.size) {
        const url = pathOf(form.dataset.photos || form.action);
        const file = await toFile(name, value);
        const { words: own = words } = form.elements[name].dataset;
        chosen[name] = (chosen[name] || 0) + 1;
        if (!file) strange.push({ name, number: chosen[name] });
        else entries.push({ ...common, words: own, key: queue.newKey(), url, fields: [], file });
      }
    }
    for (const each of strange) each.of = chosen[each.name];
    if (!alone) {
      entries.push({ ...common, key: queue.newKey(), url: pathOf(form.action), fields, file: null });
    }
    return { entries, strange };
  };

  // Under its field, as the office would say it.

  let told = null; // what a page that is drawn anew says again

  const hush = () => {
    told = null;
    for (const line of document.querySelectorAll("#main [data-told]")) {
      for (const field of document.querySelectorAll(`[aria-describedby="${line.id}"]`)) {
        for (const mark of ["aria-invalid", "aria-describedby"]) field.removeAttribute(mark);
      }
      line.remove();
    }
  };

  const tell = (field, sentence) => {
    hush();
    const before = document.getElementById(`${field.id}-about`);
    if (before) before.remove();
    const line = wrong().content.firstElementChild.cloneNode(true);
    line.id = `${field.id}-about`;
    line.querySelector("span").textContent = sentence;
    const isGroup = field.matches("fieldset");
    if (!isGroup) field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
    const count = field.closest(".ph-count");
    if (count || isGroup) (count || field).append(line);
    else field.after(line);
    field.focus();
  };

  const choose = (input, files) => {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    input.files = chosen.files;
  };

  // The others that were chosen with them stay chosen, or have been put down already.
  const tellStrange = (form, strange, alone) => {
    const { name } = strange[0];
    const numbers = strange.filter((each) => each.name === name).map((each) => each.number);
    const input = form.elements[name];
    if (!alone) {
      choose(input, [...input.files].filter((file, index) => !numbers.includes(index + 1)));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const { noPicture, ofSeveral, which } = wrong().dataset;
    const called = numbers.map((number) => which.split("|")[number - 1] || number).join(", ");
    const sentence = strange[0].of > 1 ? ofSeveral.replace("{n}", called) : noPicture;
    tell(input, sentence);
    told = { path: location.pathname, field: input.id, sentence };
  };

  const carry = () => {
    if (told) sessionStorage.setItem("told", JSON.stringify(told));
  };

  const tellAgain = () => {
    const { path, field, sentence } = JSON.parse(sessionStorage.getItem("told")) || {};
    sessionStorage.removeItem("told");
    const found = path === location.pathname && document.getElementById(field);
    if (found) tell(found, sentence);
  };

  // Whether it may be pressed

  const whole = (typed) => {
    const plain = typed.normalize("NFKC").trim();
    return /^\d{1,7}$/.test(plain) ? Number(plain) : NaN;
  };

  const outOfRange = (most) => wrong().dataset.range.replace("{n}", most);

  // A reason that nobody chose, parts that nobody wrote; who has signed needs no reason.
  const unsaid = (form) => {
    const isSigned = form.elements.drawn && form.elements.drawn.value;
    const isSaid = (each) => (each.matches("fieldset") ? isSigned || each.querySelector(":checked") : each.value.trim());
    const found = [...form.querySelectorAll("[data-needed]")].find((each) => !isSaid(each));
    return found && [found, found.dataset.needed];
  };

  // An amount that is no number, or too large.
  const uncounted = (form) => {
    const plain = ({ value, dataset }) => value.normalize("NFKC").replace(dataset.won ? /[\s,]|^₩|원\s*$/g : /,/g, "");
    const isFine = (each) => !each.value.trim() || whole(plain(each)) <= Number(each.dataset.most);
    const found = [...form.querySelectorAll("[data-most]")].find((each) => !isFine(each));
    return found && [found, found.dataset.won || outOfRange(found.dataset.most)];
  };

  // Partly done: what was counted, why something is left and what is missing have to fit one another.
  const contradiction = (form) => {
    const items = [...form.querySelectorAll("[data-item]")].map((box) => {
      const [count, why] = [box.querySelector("input"), box.querySelector("select")];
      return { count, why, done: whole(count.value), most: Number(box.dataset.item) };
    });
    const { fewer, none, choose } = form.dataset;
    for (const { count, why, done, most } of items) {
      if (!(done <= most)) return [count, outOfRange(most)];
      if (done === most && why.value) return [count, fewer];
      if (done < most && !why.value) return [why, choose];
    }
    if (!items.length) return null;
    if (items.every(({ done }) => done === 0)) return [items[0].count, none];
    return items.every(({ done, most }) => done === most) ? [items[0].count, fewer] : null;
  };

  const isComplete = (form) => {
    const isThere = (each) => (each.type === "checkbox" ? each.checked : each.value.trim());
    const missing = ![...form.querySelectorAll("[data-must]")].every(isThere);
    const sentence = form.querySelector("[data-missing]");
    if (sentence) sentence.hidden = !missing;
    hush();
    const found = unsaid(form) || uncounted(form) || contradiction(form) || times.wrong(form);
    if (found) tell(...found);
    return !missing && !found;
  };

  return { read, choose, hush, tellStrange, carry, tellAgain, isComplete };
})();
