// The queue by keyboard. Every key presses a link or a button that is there without it too.
const list = document.querySelector("[data-queue]");
const dispatch = document.getElementById("dispatch");
const help = document.getElementById("keys");

const typing = (target) => target.closest("textarea, select, [contenteditable], input:not([type=radio])");
const shown = (element) => element && element.getClientRects().length > 0;

function press(name) {
  document.querySelector(`[data-key="${name}"]`)?.click();
}

function choose(digit) {
  const choice = dispatch?.querySelectorAll("input[type=radio]")[digit - 1];
  if (!shown(choice)) return;
  choice.focus();
  choice.click();
}

// The button says to whom; without script it says 派单 only, since it could not follow the choice.
function sayToWhom() {
  const chosen = dispatch.querySelector("input[type=radio]:checked");
  const words = document.querySelector("[data-dispatch-to]");
  words.textContent = chosen ? `派给${chosen.dataset.name}` : "派单";
}

const keys = {
  j: () => press("next"),
  k: () => press("previous"),
  r: () => press("reply"),
  b: () => press("resolve"),
  e: () => press("amend"),
  w: () => press("withdraw"),
  m: () => press("merge"),
  u: () => press("again"),
  "?": () => help?.showModal(),
};

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (help?.open || typing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.key === "Enter") return onEnter(event);
  if (/^[1-9]$/.test(key)) return choose(key);
  if (keys[key] && !event.repeat) {
    event.preventDefault();
    return keys[key]();
  }
  onArrow(event);
}

// Held down, Enter would send the next ones unseen; on a link or a button it does what that says.
function onEnter(event) {
  const button = document.querySelector("[data-dispatch]");
  if (event.repeat) return event.preventDefault();
  if (event.target.closest("a, button, summary") || !shown(button)) return;
  event.preventDefault();
  dispatch.requestSubmit(button);
}

// Arrows belong to the chips while one has the focus, and to a scrolled text.
function onArrow(event) {
  const step = { ArrowDown: "next", ArrowUp: "previous" }[event.key];
  if (!step || event.target.closest("input, .q-body")) return;
  event.preventDefault();
  press(step);
}

if (list) {
  document.addEventListener("keydown", onKey);
  // Nobody chose the first one; what stands above the list, such as emergencies, is to be seen first.
  if (new URLSearchParams(location.search).has("ticket")) list.querySelector("li.is-on")?.scrollIntoView({ block: "nearest" });
  for (const opener of document.querySelectorAll("[data-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
}
if (dispatch) {
  dispatch.addEventListener("change", sayToWhom);
  sayToWhom();
}
