// An emergency must not wait until somebody presses a key: once a minute the page's own title is asked for anew.
// Nothing on the page moves; a line says what is new and leads to it. Without this file a reload shows the same.
const MINUTE = 60_000;
const news = document.querySelector("[data-news]");

const urgentIn = (title) => Number(/【急(\d+)】/.exec(title)?.[1] || 0);

async function titleNow() {
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return document.title;
    return new DOMParser().parseFromString(await answer.text(), "text/html").title;
  } catch {
    return document.title; // no network: the next minute may have one
  }
}

async function look() {
  const title = await titleNow();
  if (urgentIn(title) > urgentIn(document.title)) news.hidden = false;
  document.title = title;
}

// After a lost race the list stands at another address, which is no page to ask again.
if (news && news.pathname === location.pathname) setInterval(look, MINUTE);
