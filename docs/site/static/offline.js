// Opened from a file, a page may not fetch another one. A search takes the text around what it has
// found from excerpts.js instead, which holds that of all pages.
"use strict";

if (window.location.protocol === "file:" && window.location.pathname.endsWith("/search.html")) {
  const texts = new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}_static/excerpts.js`;
    script.onload = () => done(window.PAGE_TEXTS);
    script.onerror = () => failed(new Error(`${script.src} is missing`));
    document.head.append(script);
  });
  const place = (address) => new URL(address, window.location.href).pathname;
  const root = place(document.documentElement.dataset.content_root);
  window.fetch = async (address) => {
    const name = decodeURIComponent(place(address).slice(root.length));
    return new Response((await texts)[name.replace(/\.html$/, "")] ?? "");
  };
}
