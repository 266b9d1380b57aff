// What is too small to read or to press on the page as it stands, folded parts opened: a line for each.
() => {
  const LEAST_TEXT = 17, LEAST_TARGET = 44, ROUNDING = 0.05;
  const PRESSED = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option]';
  const folded = [...document.querySelectorAll('details:not([open])')];
  folded.forEach(part => { part.open = true; });

  const shown = element => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom + scrollY > 0;
  };
  const named = element => {
    const words = (element.innerText || element.value || element.getAttribute('aria-label') || '').trim();
    const kind = element.getAttribute('class') ? '.' + element.getAttribute('class').trim().split(/\s+/).join('.') : '';
    return `${element.tagName.toLowerCase()}${kind} "${words.slice(0, 30)}"`;
  };
  const unread = node => node.parentElement.closest('.sr-only, .ph-hidden, script, style, option');

  const faults = new Set();
  const weigh = (element, style) => {
    const size = parseFloat(style.fontSize);
    if (size < LEAST_TEXT - ROUNDING) faults.add(`text of ${size.toFixed(1)} px: ${named(element)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.data.trim() && !unread(node) && shown(node.parentElement)) weigh(node.parentElement, getComputedStyle(node.parentElement));
  }
  for (const element of document.body.querySelectorAll('*')) {
    if (!shown(element)) continue;
    if (element.matches('input:not([type=checkbox], [type=radio]), textarea, select')) weigh(element, getComputedStyle(element));
    for (const part of ['::before', '::after']) {
      const style = getComputedStyle(element, part);
      if (/[\p{L}\p{N}]/u.test(style.content) && style.content !== 'none' && style.content !== 'normal' && !style.content.startsWith('url')) weigh(element, style);
    }
  }

  // WCAG 2.5.8: a link in a sentence is as high as its line.
  const inSentence = element => {
    if (getComputedStyle(element).display !== 'inline') return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
    const words = block.innerText.trim();
    return words.length >= 2 * element.innerText.trim().length && /[.?!]$/.test(words);
  };
  for (const element of document.querySelectorAll(PRESSED)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || inSentence(element)) continue;
    const boxes = [element, ...(element.labels || [])].map(part => part.getBoundingClientRect()).filter(box => box.width > 1 && box.height > 1);
    if (!boxes.length || boxes.every(box => box.bottom + scrollY <= 0 || box.right <= 0)) continue;
    const width = Math.max(...boxes.map(box => box.width)), height = Math.max(...boxes.map(box => box.height));
    if (Math.min(width, height) < LEAST_TARGET - ROUNDING) {
      faults.add(`target of ${width.toFixed(1)} × ${height.toFixed(1)} px: ${named(element)}`);
    }
  }
  folded.forEach(part => { part.open = false; });
  return [...faults];
}
