"""A real Chromium in front of a live server: pages signed in as somebody, watched for errors, checked by axe.

    def test_desk_files_a_ticket(page_of, house):
        page = page_of(house.volunteer, width=360, large=True)
        page.goto("/desk/")

Each test here is marked `browser`. It fails at its end when a page logged an error, threw, asked another
host, got a 5xx, or missed a static file; `page.problems` is that list, to be emptied by a test that provokes one.
"""

import os
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.browser.windows import TIMEOUT, Windows

# playwright's sync API keeps an event loop in this thread; Django then takes every query for an async one
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong is worked out node by node; style sheets are fetched anew for experimental rules alone.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
HEIGHTS = {360: 780, 390: 844}
expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(items):
    for item in items:
        if "page_of" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_browser(chromium):
    """One browser for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium or None, args=FLAGS, timeout=10 * TIMEOUT
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(chromium_browser, live_server):
    windows = Windows(chromium_browser, live_server.url)
    yield windows
    windows.close()


@pytest.fixture
def page_of(windows, live_server):
    """`page_of(user=None, width=1280, large=False, javascript=True)`: a page as that person sees it."""
    problems = []

    def open_page(user=None, *, width=1280, large=False, javascript=True):
        page = windows.page(
            cookies=_cookies(live_server.url, user, large),
            viewport=_viewport(width),
            has_touch=width < 600,
            javascript=javascript,
        )
        page.problems = problems
        _watch(page, problems, live_server.url)
        return page

    yield open_page
    windows.give_back()
    assert problems == []


@pytest.fixture
def resize():
    """`resize(page, width)`: the open page on a screen of that width, under a finger where it is a phone's."""

    def to(page, width):
        devtools = page.context.new_cdp_session(page)
        devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": width < 600})
        devtools.detach()
        page.set_viewport_size(_viewport(width))

    return to


@pytest.fixture
def axe():
    """`axe(page)`: what axe-core finds against WCAG 2.2 AA, one line each; empty is good."""

    def run(page):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:5]}" for v in _violations(page)]

    return run


def _violations(page):
    return page.evaluate("options => axe.run(document, options).then(found => found.violations)", OPTIONS)


@pytest.fixture
def overhanging():
    """`overhanging(page)`: the elements that stand out of a page wider than its window, or of a card; empty is good."""
    return lambda page: page.evaluate(OVERHANGING)


@pytest.fixture
def no_sideways_scroll(overhanging):
    """`no_sideways_scroll(page)` fails naming what stands out of a page wider than its window or of a card."""

    def check(page):
        wide = overhanging(page)
        assert wide == [], f"{page.url} is too wide because of {wide}"

    return check


@pytest.fixture
def fits(resize, axe, no_sideways_scroll):
    """`fits(page)` fails unless the open page is accessible and does not scroll sideways, at each of the widths."""

    def check(page, widths=(360, 1280)):
        for width in widths:
            resize(page, width)
            no_sideways_scroll(page)
            assert axe(page) == [], f"{page.url} at {width}"

    return check


# Of the page, or of a card, which hides what stands out of it. What scrolls, is only read out or fixed may be wider.
OVERHANGING = """() => {
  const root = document.documentElement;
  const right = e => e.getBoundingClientRect().right;
  const name = e => e.outerHTML.slice(0, 90);
  const isCut = (e, card) => {
    for (let up = e; up !== card; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX !== 'visible' || style.position === 'fixed') return false;
    }
    return e.getClientRects().length > 0;
  };
  const cut = [...document.querySelectorAll('.card')].flatMap(card => {
    const edge = right(card) + 1;
    return [...card.querySelectorAll('*')].filter(e => right(e) > edge && isCut(e, card)).slice(0, 2).map(name);
  });
  if (root.scrollWidth <= root.clientWidth) return cut;
  const all = [...document.body.querySelectorAll('*')];
  const out = all.filter(e => right(e) > root.clientWidth + 1).slice(0, 5).map(name);
  return out.concat(cut, `${root.scrollWidth} > ${root.clientWidth}`);
}"""


def _viewport(width):
    return {"width": width, "height": HEIGHTS.get(width, 900)}


def _cookies(address, user, large):
    cookies = {}
    if large:
        cookies["large"] = "1"
    if user is not None:
        client = Client()
        client.force_login(user)
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [{"name": name, "value": value, "url": address} for name, value in cookies.items()]


def _watch(page, problems, address):
    def on_console(message):
        # an answer of 404, 409 or 422 is also logged as an error; answers are judged by on_response
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"console: {message.text}")

    def on_response(response):
        is_static = urlsplit(response.url).path.startswith(settings.STATIC_URL)
        if response.status >= 500 or (is_static and response.status >= 400):
            problems.append(f"{response.status}: {response.url}")

    def on_request(request):
        if not request.url.startswith((f"{address}/", "data:", "blob:")):
            problems.append(f"other host: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.on("response", on_response)
    page.on("request", on_request)
