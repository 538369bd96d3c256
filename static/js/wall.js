// The station's display turns its pages by itself. Each page comes anew from the server, so that what was taken down
// is gone with the next turn; without a good answer the page stays, but not for long: nobody knows by then what still
// stands on the wall. The space bar stops it and lets it go on.
const RETRY = 5;
const KEPT = 10 * 60 * 1000; // ms without a good answer after which nothing is shown
const LOOKED_AT = 10 * 1000;
let timer = 0;
let stopped = false;
let heard = Date.now();

function screenIn(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector("#screen");
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(30_000) });
    return answer.ok && !answer.redirected ? screenIn(await answer.text()) : null;
  } catch {
    return null; // no network: the next turn may have one
  }
}

async function turn() {
  const shown = document.querySelector("#screen");
  const next = await fetched(shown.dataset.next);
  if (stopped) return;
  if (next) heard = Date.now();
  if (next) shown.replaceWith(document.adoptNode(next));
  wait(next ? next.dataset.seconds : RETRY);
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(turn, seconds * 1000);
}

function blankWhenOld() {
  if (Date.now() - heard < KEPT) return;
  const nothing = document.querySelector("#nothing").content.cloneNode(true);
  document.querySelector("#screen").replaceChildren(nothing);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  event.preventDefault();
  stopped = !stopped;
  if (stopped) clearTimeout(timer);
  else turn();
});

setInterval(blankWhenOld, LOOKED_AT);
wait(document.querySelector("#screen").dataset.seconds);
