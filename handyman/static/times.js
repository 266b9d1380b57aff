// When a step was that nobody pressed: what is offered to choose from and what is typed fits the presses that wait on
// this telephone, as the office would have it (visit/forgotten.py).
"use strict";

self.times = (() => {
  const MINUTE = 60 * 1000; // milliseconds
  const ROUGH = 5 * MINUTE; // nobody remembers single ones
  const DAY = 24 * 60 * MINUTE;
  const FEW = 3;
  const box = () => document.querySelector("[data-times]");
  let waiting = [];
  let offered = []; // forms

  const timeSaid = (said) => {
    const [hours, minutes] = said.split(":").map(Number);
    return Number(box().dataset.midnight) + (hours * 60 + minutes) * MINUTE;
  };

  // By the press that waits, by what the office knew, or by what was answered.
  const timeOf = (step) => {
    const at = writing.timeOf(waiting, step, box().dataset[step]);
    const { job } = document.getElementById("main").dataset;
    const isOf = ({ url, fields }) => url === `${job}/forgotten` && fields.some(([name, value]) => name === "step" && value === step);
    const answer = waiting.filter(isOf).pop();
    const [, said] = (!at && answer && answer.fields.find(([name]) => name === "clock")) || [];
    return /^\d/.test(said) ? timeSaid(said) : at;
  };

  const range = () => {
    const { step, midnight } = box().dataset;
    const now = queue.officeTime(queue.now());
    const after = (step === "travel" && timeOf("arrive")) || timeOf("end") || now;
    const before = step === "arrive" ? timeOf("travel") : 0;
    return [Math.max(Number(midnight), before), Math.min(after, now)];
  };

  const choices = () => {
    const { midnight, usual, planned, ago, shorter } = box().dataset;
    const numbers = (list) => list.split(" ").filter(Boolean).map(Number);
    const [from, last] = range();
    const until = last - midnight < DAY ? last : Number(usual);
    const back = (minutes) => Math.floor((until - minutes * MINUTE) / ROUGH) * ROUGH;
    const fitting = (all) => [...new Set(all)].filter((at) => from <= at && at <= until);
    const found = fitting([...numbers(ago).map(back), ...numbers(planned)]);
    const more = found.length < FEW ? numbers(shorter).map(back) : [];
    return fitting([...found, ...more]).sort((one, other) => other - one);
  };

  const formOf = (at) => {
    const form = box().querySelector("template").content.firstElementChild.cloneNode(true);
    const minutes = Math.round((at - Number(box().dataset.midnight)) / MINUTE);
    const digits = [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, "0"));
    form.elements.clock.value = digits.join(":");
    form.querySelector("button span").textContent = unsent.clock(at);
    return form;
  };

  const show = (entries) => {
    waiting = entries;
    if (!box() || !box().querySelector("template")) return;
    for (const form of offered) form.remove();
    offered = choices().map(formOf);
    box().prepend(...offered);
    document.querySelector("[data-roughly]").hidden = !offered.length;
    box().querySelector("details").open = box().querySelector("details").open || !offered.length;
  };

  // Not before what came first, not after what followed, and not to come.
  const wrong = (form) => {
    const field = form.querySelector("input[type=time]");
    if (!field || !field.value || !box()) return null;
    const [from, until] = range();
    const at = timeSaid(field.value);
    if (at > from - MINUTE && at <= until) return null;
    const { step, bounded, until: ended, passed } = box().dataset;
    const other = timeOf(step === "travel" ? "arrive" : "travel");
    const bound = other || timeOf("end");
    return [field, bound ? (other ? bounded : ended).replace("{n}", unsent.clock(bound)) : passed];
  };

  return { show, wrong };
})();
