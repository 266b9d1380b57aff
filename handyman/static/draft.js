// What was typed survives a refresh: kept in this tab alone, until another call begins.
(() => {
  "use strict";

  const form = document.getElementById("call");
  const KEY = "call";
  if (!form) {
    return;
  }

  const save = () => {
    const words = new FormData(form);
    words.delete("csrf_token");
    sessionStorage.setItem(KEY, JSON.stringify([...words.entries()]));
  };

  const choose = (key) => {
    const radio = [...form.querySelectorAll("#windows input[name=choice]")].find((each) => each.value === key);
    if (radio && key) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const put = (name, value) => {
    [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].forEach((control) => {
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = control.value === value;
      } else {
        control.value = value;
      }
    });
  };

  const restore = (entries) => {
    const words = new Map(entries);
    const chosen = words.get("choice");
    words.forEach((value, name) => put(name, value));
    form.querySelectorAll("[data-quantity], #relation").forEach((control) => {
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    });
    if (words.get("phone")) {
      window.htmx.trigger("#phone", "change");
    }
    if (words.get("address")) {
      document.getElementById("address").dispatchEvent(new CustomEvent("look"));
    }
    const wait = [...words].filter(([name]) => name.startsWith("wait_")); // they come with the windows
    form.addEventListener(
      "offered",
      () => {
        wait.forEach(([name, value]) => put(name, value));
        choose(chosen);
      },
      { once: true },
    );
  };

  const stored = sessionStorage.getItem(KEY);
  const [entry] = performance.getEntriesByType("navigation");
  const isAgain = entry && entry.type === "reload";
  if (isAgain && stored && !document.getElementById("problems")) {
    window.addEventListener("load", () => restore(JSON.parse(stored)));
  } else {
    sessionStorage.removeItem(KEY);
  }
  form.addEventListener("input", save);
  form.addEventListener("change", save);
})();
