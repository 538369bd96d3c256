"""The station's display: everything fits on 1920 × 1080, it turns by itself, and what was taken down is gone then."""

from django.urls import reverse

from tests.access.walled import Wall, published
from tests.factories import House
from tests.tickets.loop import MONDAY
from tickets.models import WallEntry
from tickets.wall import editing

LONGEST = {"title": "楼道里的灯一闪一闪看不清台阶要人扶着才敢走呀呀", "words": "换" * 59 + "。"}
# What stands out of its card, or out of the window.
CUT = """() => {
  const edge = (e) => e.getBoundingClientRect();
  const out = (e, box) => edge(e).bottom > box.bottom + 1 || edge(e).right > box.right + 1;
  const cards = [...document.querySelectorAll('.screen-cards > li')];
  const within = cards.flatMap((card) => [...card.children].filter((e) => out(e, edge(card))));
  const frame = { right: innerWidth, bottom: innerHeight };
  const beyond = [...document.querySelectorAll('.screen *')].filter((e) => edge(e).width && out(e, frame));
  return [...within, ...beyond].map((e) => e.outerHTML.slice(0, 80));
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.screen *')].filter(e =>
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
    && e.getClientRects().length && e.getBoundingClientRect().width > 2
).map(e => parseFloat(getComputedStyle(e).fontSize)))"""


def opened(page_of, house):
    page = page_of(None, width=1280)
    page.clock.install()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(reverse("tickets:wall_screen", args=[house.area.pk]))
    return page


def turned(page):
    page.clock.fast_forward(21_000)


def test_display_turns_by_itself_and_drops_what_was_taken_down(transactional_db, page_of):
    house = House()
    wall = Wall(house)
    for _ in range(5):
        house.receive(now=MONDAY)
    page = opened(page_of, house)
    page.get_by_text("试水两小时不漏").wait_for()

    turned(page)
    page.get_by_text("正在办的").wait_for()

    editing.withdraw(WallEntry.objects.get(ticket=wall.up), by=house.secretary)
    turned(page)
    page.get_by_text("第 1 页，共 1 页").wait_for()
    assert page.get_by_text("试水两小时不漏").count() == 0


def test_display_stays_for_a_while_without_a_network_and_comes_back(transactional_db, page_of):
    house = House()
    Wall(house)
    page = opened(page_of, house)
    page.context.set_offline(True)

    turned(page)
    page.wait_for_timeout(300)

    assert page.get_by_text("试水两小时不漏").is_visible()
    page.clock.fast_forward(11 * 60_000)
    page.get_by_text("暂时没有内容").wait_for()
    assert page.get_by_text("试水两小时不漏").count() == 0
    page.context.set_offline(False)
    turned(page)
    page.get_by_text("试水两小时不漏").wait_for()
    page.problems.clear()


def test_display_that_was_stopped_keeps_nothing_for_ever(transactional_db, page_of):
    house = House()
    Wall(house)
    page = opened(page_of, house)
    page.keyboard.press(" ")

    page.clock.fast_forward(9 * 60_000)
    assert page.get_by_text("试水两小时不漏").is_visible()
    page.clock.fast_forward(2 * 60_000)

    page.get_by_text("暂时没有内容").wait_for()
    assert page.get_by_text("试水两小时不漏").count() == 0
    page.keyboard.press(" ")
    page.get_by_text("试水两小时不漏").wait_for()


def test_longest_words_fit_on_the_display_and_are_large(transactional_db, page_of, axe):
    house = House()
    wall = Wall(house)
    house.building.group = "二十一至二十四栋"
    house.building.save()
    published(wall.told_of_nothing, house, **LONGEST)
    page = opened(page_of, house)

    assert page.evaluate(CUT) == []
    assert page.evaluate(SMALLEST) >= 28
    assert axe(page) == []
