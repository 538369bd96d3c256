// The desk by keyboard: digits choose a category, Ctrl+Enter files. Without this file Tab, arrows and Enter do.
const form = document.querySelector("[data-desk]");

// Digits count while the group has the focus, so that a number typed into a field stays a number.
form?.querySelector("[data-digits]").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  // Only a key that stands on a chip: emergencies have none, so that no slip of a finger chooses them.
  const keys = [...event.currentTarget.querySelectorAll(".key")];
  const choice = keys.find((key) => key.textContent === event.key)?.closest("label").querySelector("input");
  if (!choice) return;
  event.preventDefault();
  choice.focus();
  choice.click();
});

// A category with another limit shows its own due time before anything is sent.
function showDue() {
  const chosen = form.querySelector("input[name=category]:checked")?.value || "";
  const words = [...form.querySelectorAll("[data-until]")];
  const own = words.find((word) => chosen && word.dataset.until === chosen) || words[0];
  for (const word of words) word.hidden = word !== own;
}
form?.addEventListener("change", showDue);
if (form) showDue();

// Choosing an emergency shows at once whom to call; a reader says it, since the region is an alert.
function showCall() {
  const chosen = form.querySelector("input[name=category]:checked")?.value;
  for (const call of form.querySelectorAll("[data-call]")) call.hidden = call.dataset.call !== chosen;
}
form?.addEventListener("change", showCall);
if (form && !form.querySelector(".stop")) showCall();

// Enter in a line goes on to the next one, as on a till; only in the last does it file.
form?.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.isComposing;
  if (event.key !== "Enter" || !isPlain || !event.target.matches("input")) return;
  const lines = [...form.querySelectorAll("input.form-control")].filter((line) => !line.closest("details:not([open])"));
  const next = lines[lines.indexOf(event.target) + 1];
  if (next) event.preventDefault();
  next?.focus();
});

// isComposing: Enter that ends a pinyin input is not a command.
document.addEventListener("keydown", (event) => {
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[type=submit]"));
});
