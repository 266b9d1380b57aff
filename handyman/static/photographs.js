// Photographs: put down as they came, and made small before they leave, by any page that is open.
"use strict";

self.photographs = (() => {
  const LONGEST_SIDE = 1600; // as the office keeps a photograph
  const QUALITY = 0.8;
  const START = /^(\xff\xd8\xff|\x89PNG|RIFF[^]{4}WEBP)/; // how those begin that the office takes

  const isOne = async (file) => {
    const start = new Uint8Array(await new Response(file.slice(0, 12)).arrayBuffer());
    return START.test(String.fromCharCode(...start));
  };

  const shrink = (file) =>
    new Promise((resolve) => {
      const url = URL.createObjectURL(file);
      const image = new Image();
      const done = (blob) => {
        URL.revokeObjectURL(url);
        resolve(blob);
      };
      image.onerror = () => done(null);
      image.onload = () => {
        const scale = Math.min(1, LONGEST_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
        const canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(done, "image/jpeg", QUALITY);
      };
      image.src = url;
    });

  // Where this telephone cannot open it, the office may: it stays as it came.
  const lighten = async (file) => {
    const small = await shrink(new Blob([file.bytes], { type: file.type }));
    if (!small) return { ...file, large: false };
    const bytes = await new Response(small).arrayBuffer();
    return { ...file, type: small.type, bytes, large: false };
  };

  // Those of a whole press: where there is no room for them as they came, or no browser that stores files.
  const lightenAll = async (entries) => {
    const found = [];
    for (const entry of entries) {
      found.push(entry.file && entry.file.large ? { ...entry, file: await lighten(entry.file) } : entry);
    }
    return found;
  };

  return { isOne, lighten, lightenAll };
})();
