// What is too small to read or to press, askew, or said as no person says it, on the page as it stands: a line for each.
// Folded parts are opened for it. Returns at once, so that nothing is drawn in between.
() => {
  const LEAST_TEXT = 17;
  const LEAST_TARGET = 44;
  const ROUNDING = 0.05;
  const ASKEW = 4;
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option]";
  const BY_MACHINE = /\b\d{4}-\d\d-\d\d\b|\b\d\d:\d\d\b(?!.*\s[AP]M)/; // 2026-11-24, 09:05; not 11:05 AM
  const QUOTED = "[lang]:not(html), form p, #problems a"; // a text as it was sent, and how a field is typed
  const faults = new Set();

  const named = (element) => {
    const words = element.innerText || element.value || element.getAttribute("aria-label") || "";
    const look = (element.getAttribute("class") || "").split(/\s+/).filter(Boolean).join(".");
    return `${element.localName}.${look} "${words.trim().slice(0, 30)}"`;
  };
  const isDrawn = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isOutside = (box) => box.right <= 0 || box.bottom + window.scrollY <= 0; // waits there for the focus
  const isHeardOnly = (element) => {
    for (let around = element; around !== document.body; around = around.parentElement) {
      if (getComputedStyle(around).clipPath === "inset(50%)") {
        return true;
      }
    }
    return false;
  };

  const weigh = (element, style) => {
    const size = parseFloat(style.fontSize);
    if (size < LEAST_TEXT - ROUNDING) {
      faults.add(`text of ${size.toFixed(1)} px: ${named(element)}`);
    }
  };
  const readTexts = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const holder = text.parentElement;
      if (!text.data.trim() || holder.closest("script, style, option") || !isDrawn(holder) || isHeardOnly(holder)) {
        continue;
      }
      weigh(holder, getComputedStyle(holder));
      if (BY_MACHINE.test(text.data) && !holder.closest(QUOTED)) {
        faults.add(`said by a machine: ${text.data.trim().slice(0, 60)}`);
      }
    }
  };
  const readStyles = () => {
    for (const element of document.body.querySelectorAll("*")) {
      if (!isDrawn(element)) {
        continue;
      }
      if (element.matches("input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select")) {
        weigh(element, getComputedStyle(element));
      }
      for (const part of ["::before", "::after"]) {
        const style = getComputedStyle(element, part);
        if (/^".*[\p{L}\p{N}]/u.test(style.content)) {
          weigh(element, style);
        }
      }
    }
  };

  // WCAG 2.5.8: a link within a sentence is as high as its line, and a pin on a map marks one point of it.
  const isInSentence = (element) => {
    if (getComputedStyle(element).display !== "inline") {
      return false;
    }
    let block = element.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) {
      block = block.parentElement;
    }
    const sentence = block.innerText.trim();
    return /[.?!]$/.test(sentence) && sentence.length >= 2 * element.innerText.trim().length;
  };
  const pressTargets = () => {
    for (const element of document.querySelectorAll(TARGETS)) {
      const isExempt = element.matches(".leaflet-marker-icon") || isInSentence(element);
      if (!element.checkVisibility({ visibilityProperty: true }) || isExempt) {
        continue;
      }
      const parts = [element, ...(element.labels || [])].map((part) => part.getBoundingClientRect());
      const drawn = parts.filter((box) => box.width > 1 && box.height > 1 && !isOutside(box));
      const width = Math.max(...drawn.map((box) => box.width));
      const height = Math.max(...drawn.map((box) => box.height));
      if (drawn.length && Math.min(width, height) < LEAST_TARGET - ROUNDING) {
        faults.add(`target of ${width.toFixed(1)} × ${height.toFixed(1)} px: ${named(element)}`);
      }
    }
  };

  // A label and the first words of its value stand on one line, however high a link among them is.
  const firstLine = (element) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const words = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      words.selectNodeContents(text);
      if (text.data.trim() && words.getClientRects().length) {
        return words.getClientRects()[0];
      }
    }
    return null;
  };
  const readFacts = () => {
    for (const label of document.querySelectorAll(".facts dt")) {
      const value = label.nextElementSibling;
      const [said, told] = [firstLine(label), firstLine(value)];
      const beside = said && told && told.left > said.right;
      if (beside && Math.abs(said.bottom - told.bottom) > ASKEW) {
        faults.add(`label askew by ${(said.bottom - told.bottom).toFixed(1)} px: ${named(label)}`);
      }
    }
  };

  const folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((part) => part.setAttribute("open", ""));
  readTexts();
  readStyles();
  pressTargets();
  readFacts();
  folded.forEach((part) => part.removeAttribute("open"));
  return [...faults];
}
