// A signature on the glass, drawn with a finger. Without this file the page asks why there is none.
"use strict";

const takeSignature = () => {
  const form = document.getElementById("signing");
  if (!form) return;
  const box = form.querySelector("[data-glass]");
  const glass = box.querySelector("canvas");
  const pen = glass.getContext("2d");
  let last = null;
  let drawn = false;
  let takes = false; // which of the two buttons was pressed

  const clean = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, glass.width, glass.height);
    drawn = false;
  };
  const place = (event) => {
    const frame = glass.getBoundingClientRect();
    const scale = glass.width / frame.width;
    return [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
  };
  const draw = (event) => {
    const here = place(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...here);
    pen.stroke();
    last = here;
    drawn = true;
  };

  box.hidden = false;
  if (!document.getElementById("problems")) form.querySelector("[data-without]").open = false;
  pen.lineWidth = 6;
  pen.lineCap = "round";
  pen.strokeStyle = "#16211f";
  clean();
  glass.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    glass.setPointerCapture(event.pointerId);
    last = place(event);
    draw(event);
  });
  glass.addEventListener("pointermove", (event) => {
    if (last) draw(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    glass.addEventListener(end, () => {
      last = null;
    });
  }
  box.querySelector("[data-clear]").addEventListener("click", clean);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) takes = "take" in button.dataset;
  });
  form.addEventListener("submit", (event) => {
    const empty = takes && !drawn;
    box.querySelector("[data-empty]").hidden = !empty;
    if (empty) event.preventDefault();
    form.elements.drawn.value = takes && drawn ? glass.toDataURL("image/png") : "";
  });
};
takeSignature();
document.addEventListener("page-changed", takeSignature);
