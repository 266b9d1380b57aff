// The button that opens the browser's own printing; without scripts its menu does the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
