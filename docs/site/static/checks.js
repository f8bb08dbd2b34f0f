// Self-checks without a kernel: a form holds its question's answer and reasons, a verdict the
// value that the lesson has measured. The same numbers are read as in the lab
// (mlops_lab/kit/number.py), and told in the same words.
"use strict";

const PLAIN = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const PERCENT = ["%", "percent", "per cent"];

/** Read what somebody typed as a number in a unit; null where it is none. */
function readNumber(typed, unit = "") {
  const said = typed.normalize("NFKC").replaceAll("\u2212", "-").replaceAll("\u2044", "/");
  const body = said.trim().replace(/^[~\u2248]+/, "").trim();
  const bare = unit ? without(body, [unit]) : body;
  const percent = unit !== "%" && bare === body && without(body, PERCENT) !== body;
  if (percent && unit) return null;
  const number = value(percent || unit === "%" ? without(bare, PERCENT) : bare);
  if (number === null || percent) return number === null ? null : number / 100;
  return unit === "%" && bare.includes("/") ? 100 * number : number;
}

function without(body, units) {
  const found = units.filter(one => body.toLowerCase().endsWith(one.toLowerCase())).at(-1);
  return found ? body.slice(0, -found.length).trimEnd() : body;
}

function value(body) {
  const [over, under, ...more] = body.split("/").map(plain);
  const number = under === undefined ? over : over / under;
  const whole = more.length === 0 && over !== null && under !== null;
  return whole && Number.isFinite(number) ? number : null;
}

function plain(body) {
  let text = body.trim().replace(/(?<=\d)[ '\u2019_](?=\d{3}(?!\d))/g, "");
  if (/^[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(text)) text = text.replaceAll(",", "");
  else if (/^[-+]?[1-9]\d{0,2}(?:\.\d{3})+,\d+$/.test(text))
    text = text.replaceAll(".", "").replace(",", ".");
  else if (!text.includes(".")) text = text.replace(",", ".");
  return PLAIN.test(text) ? Number(text) : null;
}

/** Write a number with its unit, in three digits, or in full from 1,000 on. */
function inWords(number, unit) {
  const short = Math.abs(number) < 999.5
    ? String(Number(number.toPrecision(3)))
    : Math.round(number).toLocaleString("en-US");
  const one = short === "1" && unit.length > 3; // such as points, not ms
  return `${short} ${one ? unit.replace(/s$/, "") : unit}`.trim();
}

function say(place, mark, text, link) {
  place.replaceChildren();
  if (mark) place.append(Object.assign(document.createElement("b"), {textContent: mark}), " ");
  place.append(text);
  if (link) place.append(" ", link);
}

function leadTo(id, text) {
  return Object.assign(document.createElement("a"), {href: `#${id}`, textContent: text});
}

function choose(form, check) {
  const chosen = form.querySelector("input:checked");
  const said = form.querySelector(".said");
  if (!chosen) return say(said, "", "Choose one, then check.");
  const {option, why} = check.options[Number(chosen.value)];
  say(said, option === check.answer ? "Right." : "Not quite.", why);
}

function refusal(typed, unit) {
  if (!typed.trim()) return "Type a number, then check.";
  const numbers = {"": "10, 0.1, 1e-1, 1/10 or 10 %", "%": "10, 10 %, 0.5 or 1/10"};
  const allowed = numbers[unit] ?? `10, 0.1, 1e-1 or 10 ${unit}`;
  const what = unit ? `a number in ${unit}` : "a number";
  return `\u2018${typed.trim()}\u2019 is not ${what}. Type one such as ${allowed}.`;
}

function predict(form, check) {
  const typed = form.querySelector("input").value;
  const said = form.querySelector(".said");
  const guess = readNumber(typed, check.unit);
  if (guess === null) return say(said, "", refusal(typed, check.unit));
  const mark = measured => Math.abs(guess - measured) <= check.tolerance ? "Right." : "Not quite.";
  const you = `ou said ${inWords(guess, check.unit)}`;
  if (typeof check.value === "number") {
    const is = `It is ${inWords(check.value, check.unit)}; y${you}. ${check.why}`;
    return say(said, mark(check.value), is);
  }
  const place = document.querySelector(`.verdict[data-of="${form.id}"]`);
  const {value: measured, words} = JSON.parse(place?.dataset.verdict ?? "{}");
  if (measured === undefined) return say(said, "", `Y${you}. In the lab it is measured.`);
  say(place, mark(measured), `Y${you}, ${words}. ${check.why}`, leadTo(form.id, "Say another number."));
  say(said, "", `Y${you}. It is measured further down, and compared there with what you said.`,
      leadTo(place.id, "Go there."));
}

for (const form of document.querySelectorAll("form.self-check")) {
  const check = JSON.parse(form.dataset.check);
  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    (check.kind === "choose" ? choose : predict)(form, check);
  });
}
