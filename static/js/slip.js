// The slip prints with Enter or P, and by itself when the desk has just filed the ticket (?print=1). N takes the next one.

const asked = new URLSearchParams(location.search);
const next = document.querySelector("[data-next]");
const A_SECOND = 1000; // so that a second press of Enter at the desk does not leave this page at once

if (asked.has("print")) {
  // Coming back or loading again must not open the printer again.
  asked.delete("print");
  history.replaceState(null, "", location.pathname + (asked.size ? `?${asked}` : ""));
  addEventListener("load", () => {
    print();
    // Printed: now Enter takes the next request.
    setTimeout(goOn, A_SECOND);
  });
}

// The headline stays in view: the page moves no further than the button needs.
function goOn() {
  if (document.activeElement !== document.body) return;
  next.focus({ preventScroll: true });
  scrollBy(0, Math.max(0, next.getBoundingClientRect().bottom + 8 - innerHeight));
}

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
  if (!isPlain || event.target.closest("input, select, textarea")) return;
  if (["p", "P"].includes(event.key)) print();
  if (["n", "N"].includes(event.key)) next.click();
  if (event.key === "Enter" && !event.target.closest("a, button, summary")) print();
});
