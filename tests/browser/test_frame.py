"""The browser's own rig: static files arrive, the page is watched, and what should be found is found."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import TO_STANDARD

SIGN_IN = "/sign-in/"
ROOT_SIZE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
AS_IT_STANDS = """() => ({
  looks: document.documentElement.className,
  folds: [...document.querySelectorAll("details[data-fold-large]")].map((fold) => fold.open),
})"""
BOOTSTRAP = "getComputedStyle(document.body).getPropertyValue('--bs-body-font-size')"


@pytest.mark.parametrize("large", [False, True])
def test_sign_in_page_is_styled_accessible_and_fits(page_of, fits, large):
    page = page_of(width=360, large=large)

    page.goto(SIGN_IN)

    expect(page.get_by_role("main")).to_be_visible()
    assert page.evaluate(BOOTSTRAP) != ""
    assert page.evaluate(ROOT_SIZE) >= (24 if large else 18)
    fits(page)


def test_sign_in_page_waits_for_the_phone_number(page_of):
    page = page_of()

    page.goto(SIGN_IN)

    expect(page.get_by_label("手机号")).to_be_focused()


def test_switch_leaves_what_the_pages_here_are_looked_at_with(page_of, house):
    """TO_STANDARD is what static/js/size.js does, on the page that folds most in large print."""
    ways = [
        lambda page: page.evaluate(TO_STANDARD),
        lambda page: page.get_by_role("button", name="标准版").click(),
    ]
    found = []

    for go in ways:
        page = page_of(house.volunteer, width=1280, large=True)
        page.goto("/desk/")
        before = page.evaluate(AS_IT_STANDS)
        go(page)
        page.wait_for_function("() => !document.documentElement.classList.contains('large')")
        found.append((before, page.evaluate(AS_IT_STANDS)))

    assert found[0] == found[1] and found[0][0] != found[0][1]
    assert False in found[0][0]["folds"] and False not in found[0][1]["folds"]


def test_without_network_nothing_is_lost(page_of, house):
    page = page_of(house.volunteer, width=360)
    page.goto("/desk/")
    page.get_by_label("发生了什么").fill("楼道灯不亮")

    page.context.set_offline(True)
    page.get_by_role("button", name="接单并打印回执").click()

    expect(page.get_by_text("现在没有网络，还没有发出去")).to_be_visible()
    expect(page.get_by_label("发生了什么")).to_have_value("楼道灯不亮")
    page.context.set_offline(False)
    expect(page.get_by_text("现在没有网络，还没有发出去")).to_be_hidden()


def test_axe_finds_a_planted_barrier(page_of, axe):
    page = page_of()
    page.goto(SIGN_IN)

    page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    assert any(line.startswith("label:") for line in axe(page))


def test_sideways_scroll_is_found(page_of, no_sideways_scroll):
    page = page_of(width=360)
    page.goto(SIGN_IN)

    page.evaluate("document.querySelector('main').append('w'.repeat(3000))")
    page.evaluate("document.querySelector('main').style.whiteSpace = 'nowrap'")

    with pytest.raises(AssertionError, match="too wide"):
        no_sideways_scroll(page)


def test_problems_of_a_page_are_noticed(page_of):
    page = page_of()
    page.goto(SIGN_IN)

    page.evaluate("setTimeout(() => { throw new Error('planted') })")
    page.evaluate("console.error('planted')")
    page.evaluate("fetch('/static/planted.css').catch(() => 0)")
    page.evaluate("setTimeout(() => { location = 'http://planted.invalid/' })")
    for planted in ("page error: planted", "console: planted", "404:", "other host: http://planted.invalid/"):
        while planted not in " ".join(page.problems):
            page.wait_for_timeout(50)
    page.problems.clear()


def test_window_is_clean_when_the_next_one_has_it(page_of, windows):
    page = page_of()
    page.goto(SIGN_IN)
    page.evaluate("localStorage.kept = 1; document.cookie = 'kept=1'")
    used = page.context
    windows.give_back()

    page = page_of()
    page.goto(SIGN_IN)

    assert page.context == used
    assert page.evaluate("[Object.keys(localStorage), document.cookie.includes('kept')]") == [[], False]


def test_window_with_a_clock_of_its_own_is_not_lent_again(page_of, windows):
    page = page_of()
    page.clock.install()
    page.goto(SIGN_IN)
    spoilt = page.context
    windows.give_back()

    assert page_of().context != spoilt
