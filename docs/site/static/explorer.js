// Explorers on pages without a kernel: each slider chooses among pictures that were drawn when the
// lesson ran. Works from files, too: pictures are all that is fetched.
"use strict";

const REST = 400; // milliseconds after which what is shown is said to a screen reader

for (const box of document.querySelectorAll(".controls.explorer")) {
  const { base, controls, alts } = JSON.parse(box.querySelector("script").textContent);
  const sliders = [...box.querySelectorAll("input")];
  const status = box.querySelector("[role=status]");
  const picture = [...box.closest(".cell").querySelectorAll("img")].find(
    (one) => box.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  const numbered = (places) =>
    places.reduce((number, place, i) => number * controls[i].labels.length + place, 0);
  const places = () => sliders.map((slider) => Number(slider.value));
  const file = (number) => `${base}/${number}.webp`;
  const alt = (number) => alts.before + alts.differs[number] + alts.after;
  let timer = 0;

  function show() {
    const number = numbered(places());
    sliders.forEach((slider, i) => {
      const label = controls[i].labels[Number(slider.value)];
      slider.setAttribute("aria-valuetext", label);
      slider.parentElement.querySelector("output").textContent = label;
    });
    const next = new Image();
    next.src = file(number);
    const isLate = () => numbered(places()) !== number; // the slider has gone on
    next.decode().then(
      () => isLate() || Object.assign(picture, { src: file(number), alt: alt(number) }),
      () => isLate() || (picture.alt = `The picture ${file(number)} is missing. ${alt(number)}`),
    );
    clearTimeout(timer);
    timer = setTimeout(() => {
      status.textContent = alt(number);
      fetchAround();
    }, REST);
  }

  // What one step leads to is at hand before it is taken.
  function fetchAround() {
    const now = places();
    for (const i of now.keys()) {
      for (const step of [-1, 1]) {
        const place = now[i] + step;
        if (place >= 0 && place < controls[i].labels.length) {
          new Image().src = file(numbered(now.map((one, j) => (j === i ? place : one))));
        }
      }
    }
  }

  for (const slider of sliders) {
    slider.disabled = false;
    slider.addEventListener("input", show);
    slider.addEventListener("focus", fetchAround, { once: true });
  }
  const back = box.querySelector("button");
  back.hidden = false;
  back.addEventListener("click", () => {
    sliders.forEach((slider, i) => (slider.value = controls[i].first));
    show();
  });
  if (numbered(places()) !== numbered(controls.map((one) => one.first))) show(); // a page restored
}
