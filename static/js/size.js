// Large print in place, so that nothing typed is lost. Without this file the page comes anew from the server.
const root = document.documentElement;

async function turn(event) {
  event.preventDefault();
  const [form, button] = [event.target, event.submitter];
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer) return; // no network: the page stays as it is
  if (answer.type !== "opaqueredirect") return form.submit();
  const large = button.value === "1";
  root.classList.toggle("large", large);
  button.value = large ? "0" : "1";
  // What only large print folds away has no handle in the standard size.
  if (!large) for (const fold of document.querySelectorAll("details[data-fold-large]")) fold.open = true;
}

for (const form of document.querySelectorAll("form[data-size]")) form.addEventListener("submit", turn);
