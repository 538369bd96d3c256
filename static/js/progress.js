// How far a long file is: every three seconds the page asks for that line alone, and opens anew when there is no more
// to ask. Without this file the page loads itself again, and its link does.
const PAUSE = 3_000;

const line = () => document.querySelector("[data-progress]");
const after = (wait) => setTimeout(look, wait);

async function look() {
  if (document.hidden) return after(PAUSE);
  const page = line().dataset.progress;
  try {
    const answer = await fetch(`${page}?progress=1`);
    if (answer.status === 204 || answer.redirected) return location.replace(page);
    if (answer.ok) show(await answer.text());
  } catch {
    // no network: the next time may have one
  }
  return after(PAUSE);
}

function show(text) {
  const newer = new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
  if (newer) line().replaceWith(document.adoptNode(newer));
}

if (line()) after(PAUSE);
