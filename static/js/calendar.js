// The month by keyboard: arrows go from day to day, Page Up and Page Down to the neighbouring months.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const TURNS = { PageUp: "prev", PageDown: "next" };
const grid = document.querySelector("[data-month]");
const days = grid ? [...grid.querySelectorAll("a.d")] : [];

grid?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = days.indexOf(event.target.closest("a.d"));
  const to = days[at + (STEPS[event.key] ?? NaN)];
  const turn = event.key in TURNS && document.querySelector(`a[rel="${TURNS[event.key]}"]`);
  if (at < 0 || !(to || turn)) return;
  event.preventDefault();
  if (to) to.focus();
  else turn.click();
});
