// The slip prints with Enter or P, and by itself when the desk has just filed the ticket (?print=1).

const asked = new URLSearchParams(location.search);
if (asked.has("print")) {
  // Coming back or loading again must not open the printer again.
  asked.delete("print");
  history.replaceState(null, "", location.pathname + (asked.size ? `?${asked}` : ""));
  addEventListener("load", () => print());
}

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
  const isFree = !event.target.closest("a, button, input, select, textarea, summary");
  if (isPlain && isFree && ["Enter", "p", "P"].includes(event.key)) print();
});
