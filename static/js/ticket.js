// The ticket page and the pages of its verbs. Without this file everything is there, only less near at hand.
const forms = [...document.querySelectorAll("main form")];

// The date field is needed only for "选日期"; without this file it simply stays in view.
for (const form of forms) {
  const other = form.querySelector("[name=other_day]")?.closest(".field");
  const days = form.querySelector("[name=promised_on]")?.closest(".field");
  if (!other || !days) continue;
  const show = () => {
    const solvable = form.querySelector("[name=solvable]:checked")?.value;
    const day = form.querySelector("[name=promised_on]:checked")?.value;
    days.hidden = solvable === "no";
    other.hidden = solvable === "no" || day !== "choose";
  };
  form.addEventListener("change", show);
  show();
}

// A question ends itself; after everything else stands a comma.
function joined(said, words) {
  if (!said) return words;
  return /[？！?!]$/.test(said) ? said + words : `${said.replace(/[，。,.]$/, "")}，${words}`;
}

// Words that are often said: one tap puts them into the field.
function pill(words, field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pill";
  button.textContent = words;
  button.addEventListener("click", () => {
    const said = field.value.trim();
    if (!said.includes(words)) field.value = joined(said, words);
  });
  return button;
}
for (const field of document.querySelectorAll("textarea[data-quick]")) {
  const pills = document.createElement("div");
  pills.className = "pills";
  pills.append(...field.dataset.quick.split("|").map((words) => pill(words, field)));
  field.before(pills);
}

// The bar's button leads to its form while nothing stands there yet.
const untouched = (form) =>
  !form.querySelector("input:checked") && [...form.querySelectorAll("textarea")].every((field) => !field.value.trim());
for (const button of document.querySelectorAll(".act button[form]")) {
  button.addEventListener("click", (event) => {
    const first = button.form.querySelector("input:not([type=hidden]), textarea");
    if (!first || !untouched(button.form)) return;
    event.preventDefault();
    button.form.closest("section").scrollIntoView({ block: "start" });
    first.focus({ preventScroll: true });
  });
}

// Digits choose where the chips show digits, as in the queue.
document.addEventListener("keydown", (event) => {
  const isFree = !event.target.closest("textarea, select, input:not([type=radio])");
  if (!isFree || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const choice = document.querySelectorAll(".picks.keys input[type=radio]")[event.key - 1];
  choice?.focus();
  choice?.click();
});

// A page of one verb begins at its first field, where there is a keyboard and no error to read first.
if (document.body.classList.contains("is-verb") && matchMedia("(pointer: fine)").matches) {
  const first = forms.flatMap((form) => [...form.elements]).find((field) => field.matches("input:not([type=hidden]), select, textarea"));
  if (!document.querySelector("[data-error-summary]")) first?.focus();
}
