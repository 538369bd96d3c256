// The date field is needed only for "选日期"; without this file it simply stays in view.
for (const form of document.querySelectorAll("form")) {
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
