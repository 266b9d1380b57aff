// A signature on the glass, drawn with a finger. Without this file the page asks why there is none.
"use strict";

const takeSignature = () => {
  const form = document.getElementById("signing");
  if (!form) return;
  const box = form.querySelector("[data-glass]");
  const glass = box.querySelector("canvas");
  const pen = glass.getContext("2d");
  let strokes = []; // each a row of points
  let stroke = null; // the one under the finger
  let takes = false; // which of the two buttons was pressed

  const clean = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, glass.width, glass.height);
  };
  const place = (event) => {
    const frame = glass.getBoundingClientRect();
    const scale = glass.width / frame.width;
    return [event.clientX - frame.left, event.clientY - frame.top].map((each) => Math.round(each * scale));
  };
  const line = (from, to) => {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  };
  const draw = (event) => {
    const here = place(event);
    line(stroke[stroke.length - 1] || here, here);
    stroke.push(here);
  };

  // What is begun stays on the telephone like words that are being written (writing.js), and is drawn again from there.
  const keep = () => {
    form.dataset.strokes = strokes.length ? JSON.stringify(strokes) : "";
    form.elements.drawn.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const drawAgain = () => {
    strokes = JSON.parse(form.dataset.strokes || "[]");
    for (const each of strokes) each.forEach((here, index) => line(each[index - 1] || here, here));
  };

  box.hidden = false;
  if (!document.getElementById("problems")) form.querySelector("[data-without]").open = false;
  pen.lineWidth = 6;
  pen.lineCap = "round";
  pen.strokeStyle = "#16211f";
  clean();
  drawAgain();
  form.addEventListener("put-back", drawAgain);
  glass.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    glass.setPointerCapture(event.pointerId);
    stroke = [];
    strokes.push(stroke);
    draw(event);
    keep();
  });
  glass.addEventListener("pointermove", (event) => {
    if (stroke) draw(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    glass.addEventListener(end, () => {
      stroke = null;
      keep();
    });
  }
  box.querySelector("[data-clear]").addEventListener("click", () => {
    clean();
    strokes = [];
    keep();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) takes = "take" in button.dataset;
  });
  form.addEventListener("submit", (event) => {
    const empty = takes && !strokes.length;
    box.querySelector("[data-empty]").hidden = !empty;
    if (empty) event.preventDefault();
    form.elements.drawn.value = takes && strokes.length ? glass.toDataURL("image/png") : "";
  });
};
takeSignature();
document.addEventListener("page-changed", takeSignature);
