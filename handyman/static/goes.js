// What can be done for some seconds only is gone after them: data-goes-after says how many are left.
(() => {
  "use strict";

  document.querySelectorAll("[data-goes-after]").forEach((each) => {
    window.setTimeout(() => {
      each.hidden = true;
    }, Number(each.dataset.goesAfter) * 1000);
  });
})();
