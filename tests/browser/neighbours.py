"""One leak, two neighbours at two stations: joined from the hint, asked, answered, photographed, rated apart."""

from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.scenes import choose, claim_on_the_phone, dispatch_with_one_key, open_receipt, rate
from tests.by_chance import without_chance
from tests.factories import House, StationFactory, person
from tests.pictures import picture
from tickets.models import Reporter, Ticket

FIRST_WORDS = "24栋二楼转角水管漏水，墙都湿了"
SECOND_WORDS = "楼上水管漏水，滴到我家门口了"
QUESTION = "漏的是冷水管还是热水管？"
ANSWER = "冷水管，关了总阀就不滴"


class Block(House):
    """A house with a second station of the same community."""

    def __init__(self):
        super().__init__()
        self.second = StationFactory(area=self.area)
        self.neighbours_volunteer = person("volunteer", station=self.second, name="罗秀英")


@dataclass
class Story:
    """The house, and how to open a page as somebody (`page_of` of the browser tests, or one that watches it)."""

    house: Block
    page_of: object

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(area=self.house.area)

    def play(self):
        self.first_neighbour_comes()
        self.second_neighbour_joins()
        worker, residents = self.worker_takes_it(), [self.page_of(width=390) for _ in range(2)]
        self.worker_asks(worker)
        self.resident_answers(residents[0])
        self.worker_replies(worker)
        self.worker_is_done(worker)
        self.both_read_and_rate(residents)

    @property
    def reporters(self):
        return list(Reporter.objects.of_matter(self.ticket).order_by("pk"))

    def first_neighbour_comes(self):
        page = self.page_of(self.house.volunteer)
        self._type(page, FIRST_WORDS, "王奶奶", "13800001234")
        page.set_input_files("#id_photos", shot("before.jpg"))
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/slip/**")

    def second_neighbour_joins(self):
        """The hint appears while typing; Alt+1 joins."""
        page = self.page_of(self.house.neighbours_volunteer)
        self._type(page, SECOND_WORDS, "何先生", "13800005678")
        expect(page.get_by_text("可能是同一件事")).to_be_visible()
        expect(page.get_by_text(self.ticket.number).first).to_be_visible()
        seen = without_chance(page.content().replace(self.ticket.number, ""))
        assert "王奶奶" not in seen and "1234" not in seen
        page.keyboard.press("Alt+1")
        page.wait_for_url("**/slip/**")

    def _type(self, page, words, name, phone):
        page.goto(reverse("tickets:desk"))
        page.get_by_label("发生了什么").fill(words)
        choose(page, self.house.category.name, exact=False)
        page.get_by_label("楼栋").fill("24栋")
        page.get_by_label("怎么称呼").fill(name)
        page.get_by_label("手机号").fill(phone)

    def worker_takes_it(self):
        dispatch_with_one_key(self.page_of(self.house.dispatcher), self.ticket)
        worker = self.page_of(self.house.staff, width=390)
        claim_on_the_phone(worker)
        return worker

    def worker_asks(self, page):
        page.goto(reverse("tickets:ask_resident", args=[self.ticket.number]))
        page.get_by_role("textbox").first.fill(QUESTION)
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(f"**{self.ticket.get_absolute_url()}**")

    def resident_answers(self, page):
        open_receipt(page, self.reporters[0])
        expect(page.get_by_text(QUESTION)).to_be_visible()
        page.get_by_role("textbox").first.fill(ANSWER)
        page.get_by_role("button", name="提交补充").click()
        expect(page.get_by_role("button", name="提交补充")).to_have_count(0)

    def worker_replies(self, page):
        page.goto(self.ticket.get_absolute_url())
        expect(page.get_by_text(ANSWER).first).to_be_visible()
        choose(page, "能")
        choose(page, "今天", exact=False)
        page.get_by_label("说明").fill("带新接头上门换")
        choose(page, "站点转告")
        page.get_by_role("button", name="发出答复").click()
        expect(page.get_by_text("答复已发出").first).to_be_visible()

    def worker_is_done(self, page):
        page.goto(self.ticket.get_absolute_url())
        choose(page, "已解决")
        page.get_by_label("怎么办的").fill("换了新接头，试了半小时没有再漏")
        page.locator("#resolve input[type=file][multiple]").set_input_files(shot("after.jpg"))
        page.get_by_role("button", name="办结，请居民评单").click()
        expect(page.get_by_text("已办结").first).to_be_visible()

    def both_read_and_rate(self, pages):
        for page, reporter in zip(pages, self.reporters, strict=True):
            open_receipt(page, reporter)
            expect(page.get_by_text("换了新接头").first).to_be_visible()
        rate(pages[0], self.reporters[0], "解决了", "满意")
        rate(pages[1], self.reporters[1], "没解决", "不满意")


def shot(name) -> dict:
    """A photo as a phone would send it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))}
