// A tap counts without leaving the page, so that what is being typed stays. Without this file the desk opens anew.
const FAILED = "没有记上，请看看网络再点一次";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-tap]")) return;
  event.preventDefault();
  count(form, event.submitter);
}, true);

async function count(form, button) {
  const body = new FormData(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "taps" } });
    const card = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-taps]");
    if (!card) return location.reload(); // signed out, or sent to another desk
    document.querySelector("[data-taps]").replaceWith(card);
    (card.querySelector(`[value="${button.value}"]`) || card.querySelector("button")).focus();
    say(card.dataset.said);
  } catch {
    say(FAILED, { aloud: true });
  }
}

// Heard by readers; what went wrong is also to be seen.
function say(words, { aloud = false } = {}) {
  const line = document.querySelector("[data-tapped]");
  line.className = aloud ? "err" : "visually-hidden";
  line.textContent = words;
}

// 借物 goes on to another page: whoever has typed a request is asked first.
document.addEventListener("submit", (event) => {
  const typed = document.querySelector("[data-desk] textarea")?.value.trim();
  if (!event.target.matches("[data-leave]") || !typed) return;
  if (!confirm("左边写的还没有接单，离开这一页就没有了。还是要先去登记借东西吗？")) event.preventDefault();
}, true);
