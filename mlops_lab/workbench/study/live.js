// Brings the start page up to date whenever it comes into view, without running its cell.
(() => {
  const host = document.currentScript?.closest("[data-mlops-lab=start]");
  const config = document.getElementById("jupyter-config-data");
  if (!host || !config) return; // an exported page, or another program's
  const NARROW = 1000; // pixels
  const { baseUrl } = JSON.parse(config.textContent);
  const lead = link => {
    // What JupyterLab itself does to the links of a page that it renders.
    link.dataset.commandlinkerCommand = "docmanager:open";
    link.dataset.commandlinkerArgs = JSON.stringify({ path: decodeURI(link.getAttribute("href")) });
  };
  const parts = [...host.querySelectorAll("[data-part]")];
  const shown = new Map(parts.map(part => [part, part.innerHTML])); // JupyterLab changes the links
  const bring = async () => {
    const answer = await fetch(`${baseUrl}ADDRESS`).catch(() => undefined);
    const text = answer?.ok ? await answer.text() : "";
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of parts) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`)?.innerHTML;
      if (!fresh || fresh === shown.get(part)) continue;
      if (part.contains(document.activeElement)) continue; // nobody loses their place
      shown.set(part, fresh);
      part.innerHTML = fresh;
      part.querySelectorAll("a[href]").forEach(lead);
    }
  };
  // Beside the list of files, a small window has no room to read: it is closed there, and opened
  // again where there is room. Its button opens it at any time.
  const isShown = () => Boolean(document.getElementById("jp-left-stack")?.offsetWidth);
  const toggle = () => {
    const button = document.createElement("button");
    button.dataset.commandlinkerCommand = "application:toggle-left-area";
    host.append(button); // which JupyterLab trusts, so it asks nobody
    button.click();
    button.remove();
  };
  const narrow = matchMedia(`(max-width: ${NARROW - 1}px)`);
  let closed = false;
  const room = () => {
    const change = narrow.matches ? isShown() : closed && !isShown();
    closed = narrow.matches && (closed || change);
    if (change) toggle();
  };
  const first = !window.mlopsLab; // the page's cell may be run again, and this script with it
  window.mlopsLab = true;
  if (first) narrow.addEventListener("change", room);
  let begun = !first;
  const seen = () => {
    if (!begun) room(); // as soon as the lab is there
    begun = true;
    bring();
  };
  new IntersectionObserver(all => all.some(one => one.isIntersecting) && seen()).observe(host);
})();
