// The station's display turns its pages by itself. Each page comes anew from the server, so that what was taken down
// is gone with the next turn; without a network the page stays. The space bar stops it and lets it go on.
const RETRY = 5;
let timer = 0;
let stopped = false;

function screenIn(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector("#screen");
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    return answer.ok && !answer.redirected ? screenIn(await answer.text()) : null;
  } catch {
    return null; // no network: the next turn may have one
  }
}

async function turn() {
  const shown = document.querySelector("#screen");
  const next = await fetched(shown.dataset.next);
  if (stopped) return;
  if (next) shown.replaceWith(document.adoptNode(next));
  wait(next ? next.dataset.seconds : RETRY);
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(turn, seconds * 1000);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  event.preventDefault();
  stopped = !stopped;
  if (stopped) clearTimeout(timer);
  else turn();
});

wait(document.querySelector("#screen").dataset.seconds);
