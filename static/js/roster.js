// The week by keyboard: the left and right arrow turn to the neighbouring weeks. The plan for the wall prints on a press.

const TURNS = { ArrowLeft: "prev", ArrowRight: "next" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!(event.key in TURNS) || event.target.closest("input, select, textarea, [role=radio]")) return;
  document.querySelector(`a[rel="${TURNS[event.key]}"]`)?.click();
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());

// Without a clipboard (plain HTTP, an old phone) the button stays away, and the address can be copied by hand.
const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    copy.textContent = "已复制";
  });
}
