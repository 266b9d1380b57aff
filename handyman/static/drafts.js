// What somebody is writing and has not pressed yet: kept on this telephone as long as its page may be shown there.
"use strict";

self.drafts = (() => {
  const change = table("handyman-drafts", "forms", { keyPath: "form" });

  const put = (draft) => change("readwrite", (store) => store.put(draft));
  const remove = (...names) =>
    change("readwrite", (store) => {
      for (const name of names) store.delete(name);
    });
  const all = () => change("readonly", (store) => store.getAll());

  const find = async (form) => {
    const found = await change("readonly", (store) => store.get(form));
    return found && found.until > Date.now() ? found : null;
  };

  // What stands in forms under an address, the latest first.
  const under = async (start) => {
    const found = (await all()).filter(({ form, until }) => form.startsWith(`${start}/`) && until > Date.now());
    return found.sort((one, other) => other.at - one.at);
  };

  const removeIf = async (isOver) => {
    const found = await all().catch(() => []); // a browser that stores nothing has none
    for (const draft of found) if (isOver(draft)) await remove(draft.form);
  };

  const sweep = () => removeIf(({ until }) => until <= Date.now());

  return { put, remove, find, under, removeIf, sweep };
})();
