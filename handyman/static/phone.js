// A page of the telephone that opens, stays open and comes to itself: what waits is told on it and gone on with.
"use strict";

{
  const AGAIN_AFTER = 15 * 1000; // milliseconds
  const FRESH = 60; // seconds: no kept page is drawn anew for less
  const PATIENCE = 8 * 1000; // for what waits, before the page stands as if it had not been sent
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const pathOf = (url) => new URL(url, location.href).pathname;
  const about = () => document.getElementById("main").dataset;
  const { show, fillAgain } = unsent;
  const { answers, isStep, isKept, isFree, isLeaving, replace } = presses;

  const isSupposed = () => /[?&]as=/.test(location.search);

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
  let goesOn = false; // the page that follows has not come yet

  document.addEventListener("left-waiting", () => {
    waited = true;
  });
  document.addEventListener("next-missing", () => {
    waited = true;
    goesOn = true;
  });

  const redraw = () => {
    const { job, page } = about();
    if (!job && !page) return;
    sessionStorage.setItem("redrawn", String(Date.now()));
    const nexts = [...answers.values()].map((answer) => answer.next || "");
    const next = nexts.filter((each) => pathOf(each).startsWith(`${job}`)).pop();
    const following = goesOn ? next : "";
    replace(isSupposed() ? next || job : following || location.pathname + location.search);
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
    if ((await shelf.hasEnded()) && isFree()) replace(location.pathname + location.search);
    await settle();
    if (answers.size > before && !isLeaving()) prepare();
  };

  // What a browser shows again on the way back is of its own memory, from before whatever was pressed since.
  const isOfMemory = () => {
    const [arrival] = performance.getEntriesByType("navigation");
    return Boolean(arrival && arrival.type === "back_forward");
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
    stale = page === "no-signal" || isOfMemory() || (Number(copy) > FRESH && (renewed || !lately));
  };

  // Of whoever is on the way, news come by themselves (live.js), unless something of this page waits.
  window.isRefused = (answer) => queue.statusOf(answer) !== 200 || answer.redirected;
  document.addEventListener("live:before", (event) => {
    if (waited || !isFree() || isLeaving()) event.preventDefault();
  });
  document.addEventListener("live:after", prepare);

  // Where the big button has become another one, a thumb that was on its way to the one before presses nothing.
  const CALM = 1000; // milliseconds
  const bigButton = () => [...document.querySelectorAll(".is-sticky .ph-btn")].map((each) => each.textContent).join();
  let shown = bigButton();
  let changed = -CALM; // in ticks
  document.addEventListener("live:after", () => {
    document.documentElement.dataset.renewed = ""; // from here on this tells, and no more phone.css
    if (bigButton() !== shown) changed = performance.now();
    shown = bigButton();
  });
  const calm = (event) => {
    if (performance.now() - changed > CALM || !event.target.closest("[data-live]")) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", calm, true);

  queue.listen((key, answer) => {
    presses.heard(key, answer);
    return settle();
  });
  document.addEventListener("refused", () => {
    if (isFree()) redraw();
  });
  document.addEventListener("taken-back", async () => standing(await show()));

  const putBack = async () => {
    const entries = await queue.all();
    fillAgain(entries);
    writing.fillMinutes(entries);
    await writing.putBack(entries);
  };

  const start = async () => {
    document.addEventListener("input", (event) => {
      event.target.dataset.touched = "";
      if (event.target.form) event.target.form.dataset.touched = "";
    });
    window.addEventListener("online", tryAgain);
    window.addEventListener("pageshow", (event) => {
      presses.stay();
      stale = stale || event.persisted;
      if (event.persisted) tryAgain();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) tryAgain();
    });
    setInterval(tryAgain, AGAIN_AFTER);
    const opened = open();
    forms.tellAgain();
    await putBack().finally(writing.begin);
    await writing.lead();
    const waiting = await show();
    waited = waiting.some((entry) => entry.job === about().job);
    if (waiting.length) await Promise.race([tryAgain(), pause(PATIENCE)]);
    await standing(await show());
    await resume(await show());
    await opened;
    await settle();
  };

  start().catch(writing.begin); // a browser that stores nothing: every button sends by itself
}
