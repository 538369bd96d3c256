// The week by keyboard: the left and right arrow turn to the neighbouring weeks. The plan for the wall prints on a press.

const TURNS = { ArrowLeft: "prev", ArrowRight: "next" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!(event.key in TURNS) || event.target.closest("input, select, textarea, [role=radio]")) return;
  document.querySelector(`a[rel="${TURNS[event.key]}"]`)?.click();
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
