// A table on this telephone. All of a change is stored, or nothing. Pages and the worker share it.
"use strict";

self.table = (base, name, options) => {
  let opened = null;

  const open = () => {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const request = indexedDB.open(base, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(name, options);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      opened.catch(() => {
        opened = null;
      });
    }
    return opened;
  };

  // What breaks off in the middle leaves nothing of its beginning.
  const tried = (transaction, work) => {
    try {
      return work();
    } catch (error) {
      transaction.abort();
      throw error;
    }
  };

  return async (mode, work) => {
    const found = await open();
    return new Promise((resolve, reject) => {
      const transaction = found.transaction(name, mode, { durability: "strict" });
      const request = tried(transaction, () => work(transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  };
};
