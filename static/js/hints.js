// While somebody types at the desk: open tickets that may be the same matter. Without this file the desk asks
// when the form is sent. What is typed goes by POST, so that it never stands in an address; names and phones never go.
const box = document.querySelector("[data-hints]");
const desk = document.getElementById("desk-form");
const TOLD = ["csrfmiddlewaretoken", "desk", "words", "category", "building"];
const PAUSE = 400;
let timer;
let asked = 0;
let shown = "";
let isFresh = false;
let isSeen = false; // on a phone the card stands below the form: then the desk asks when the form is sent

function told() {
  const typed = new FormData(desk);
  const body = new FormData();
  for (const name of TOLD) if (typed.has(name)) body.set(name, typed.get(name));
  return body;
}

// That they were looked at holds for these hints only: after another letter the desk may ask again.
function mark() {
  for (const seen of box.querySelectorAll("[name=not_duplicate]")) seen.disabled = !(isFresh && isSeen);
}

function show(text) {
  if (text !== shown) box.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.children);
  shown = text;
  isFresh = true;
  mark();
}

function look(entries) {
  isSeen = entries.at(-1).isIntersecting;
  mark();
}

async function ask() {
  const turn = ++asked;
  const answer = await fetch(box.dataset.hints, { method: "POST", body: told(), redirect: "error" }).catch(() => null);
  const text = answer?.ok ? (await answer.text()).trim() : null;
  if (text !== null && turn === asked) show(text);
}

function later(event) {
  if (event.isComposing || !TOLD.includes(event.target.name)) return;
  clearTimeout(timer);
  isFresh = false;
  mark();
  timer = setTimeout(ask, PAUSE);
}

// Alt+1 … from anywhere, the bare digit while the card has the focus.
function press(event) {
  const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
  const isFor = event.altKey || event.target.closest(".same");
  if (!digit || !isFor || event.ctrlKey || event.metaKey || event.repeat) return;
  const button = document.querySelectorAll("[data-same]")[digit - 1];
  if (!button) return;
  event.preventDefault();
  button.click();
}

if (box && desk) {
  new IntersectionObserver(look, { threshold: 0.5 }).observe(box);
  for (const name of ["input", "change", "compositionend"]) desk.addEventListener(name, later);
  document.addEventListener("keydown", press);
  if (desk.elements.words.value && !desk.querySelector(".same")) ask();
}
