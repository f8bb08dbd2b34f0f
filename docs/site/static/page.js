// What every page can do: copy a cell's code, be printed.
"use strict";

for (const code of document.querySelectorAll(".bd-article div.highlight > pre")) {
  if (code.closest(".cell_output")) continue; // a result is read, not run
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-code btn btn-sm";
  button.textContent = "Copy";
  button.ariaLabel = "Copy this code";
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const text = [...code.querySelectorAll(".gp, .go")].length ? typed(code) : code.textContent;
    try {
      await navigator.clipboard.writeText(text.replace(/\n$/, ""));
      button.textContent = said.textContent = "Copied";
    } catch {
      window.getSelection().selectAllChildren(code);
      button.textContent = said.textContent = "Selected: press Ctrl-C";
    }
    setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, 2000);
  });
  code.parentElement.append(button, said);
}

// Of a session, what was typed: without prompts and answers.
function typed(code) {
  const lines = code.textContent.split("\n");
  return lines.filter((line) => /^(>>>|\.\.\.) /.test(line)).map((line) => line.slice(4)).join("\n");
}

document.getElementById("print-page")?.addEventListener("click", () => window.print());

// Paper is white: a dark page is printed in the colours of the light one.
window.matchMedia("print").addEventListener("change", ({ matches }) => {
  const { dataset } = document.documentElement;
  if (matches) {
    dataset.screenTheme = dataset.theme;
    dataset.theme = "light";
  } else if (dataset.screenTheme) {
    dataset.theme = dataset.screenTheme;
    delete dataset.screenTheme;
  }
});
