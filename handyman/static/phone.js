// Photographs leave as soon as they are chosen; without this file their own button sends them.
"use strict";

for (const form of document.querySelectorAll("[data-send-at-once]")) {
  form.addEventListener("change", () => {
    if (!form.querySelector("input[type=file]").files.length) return;
    form.querySelector("[data-sending]").hidden = false;
    form.submit();
  });
}
