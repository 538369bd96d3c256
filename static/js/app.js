// Small comforts on every page. Without this file everything still works.

const faces = new WeakMap(); // what stood on a button before it said that it is busy

// A pressed button says so and cannot be pressed twice. A form that brings a file to save carries data-again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (!navigator.onLine) {
    event.preventDefault();
    return sayOffline();
  }
  if ("again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  setTimeout(() => {
    if (!button || !button.classList.contains("btn") || button.classList.contains("size-btn")) return;
    faces.set(button, [...button.childNodes]);
    button.classList.add("is-busy");
    button.textContent = button.dataset.busy || "正在提交…";
  });
});

// In a stairwell without a signal the browser's own error page would take the place of what was typed.
function sayOffline() {
  const note = document.createElement("div");
  note.className = "msg msg-warning is-near";
  note.textContent = "现在没有网络，还没有发出去。写的内容还在，有网了再按一次。";
  document.querySelector("#messages")?.replaceChildren(note);
  addEventListener("online", () => note.remove(), { once: true });
}

function wake(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.replaceChildren(...faces.get(button));
  }
}

// Coming back with the browser's own button, the form is usable again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(wake));

// The error summary takes the focus.
function showErrors() {
  document.querySelector("[data-error-summary]")?.focus();
}
document.addEventListener("DOMContentLoaded", showErrors);

// Where the places scroll in one row, the current one is in view.
document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector(".topnav [aria-current]");
  here?.parentElement.scrollTo({ left: here.offsetLeft - here.parentElement.clientWidth + here.offsetWidth + 40 });
});

// The menu closes with Escape and by a press elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The clock goes on. It counts from the server's time, not the computer's.
const clock = document.querySelector("[data-clock]");
if (clock) {
  const offset = new Date(clock.dateTime) - Date.now();
  const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", ...options });
  const day = format({ month: "numeric", day: "numeric" });
  const week = format({ weekday: "short" });
  const time = format({ hour: "2-digit", minute: "2-digit", hour12: false });
  setInterval(() => {
    const now = new Date(Date.now() + offset);
    const [month, date] = day.formatToParts(now).filter((part) => part.type !== "literal");
    clock.firstChild.data = `${month.value}月${date.value}日（${week.format(now)}） `;
    clock.querySelector("b").textContent = time.format(now);
  }, 10000);
}

// What is closed on a phone is printed all the same.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.is-part")) part.open = true;
});

// A print button prints; without script the page says which keys do.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}
