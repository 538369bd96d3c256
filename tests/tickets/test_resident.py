"""What a resident reads: per status, with and without the second step."""

from datetime import date, timedelta

import pytest

from tests.factories import at
from tickets import resident, workflow
from tickets.models import Reporter, Ticket

MONDAY = at("2026-11-23 10:00")
TUESDAY = at("2026-11-24 09:30")
PRIVATE = {"name": "王秀兰", "phone": "13800138421", "room": "1单元502"}


@pytest.fixture
def ticket(house):
    return house.receive("厨房燃气灶打不着火", now=MONDAY, **PRIVATE)


def take(ticket, house):
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)
    workflow.claim(ticket, by=house.staff, now=MONDAY)


def reply(ticket, house, solvable="yes"):
    promised_on = None if solvable == "no" else TUESDAY.date()
    answer = {"solvable": solvable, "promised_on": promised_on, "words": "明天换点火器", "told": "phone"}
    workflow.reply(ticket, by=house.staff, now=MONDAY, **answer)


def resolve(ticket, house, outcome="solved"):
    workflow.resolve(ticket, by=house.staff, outcome=outcome, words="换了点火电池", now=TUESDAY)


def rate(ticket, *, satisfied="satisfied", now=TUESDAY):
    reporter = ticket.reporters.first()
    workflow.review(ticket, by=reporter, solved="yes", satisfied=satisfied, now=now)


def sheet(ticket, *, words=True, now=TUESDAY):
    fresh = Ticket.objects.with_people().get(pk=ticket.pk)
    reporter = Reporter.objects.filter(ticket=fresh).first()
    reporter.ticket = fresh
    return resident.sheet(resident.load(reporter, words=words, now=now))


def test_headline_follows_the_ticket_to_its_end(ticket, house):
    heads = [sheet(ticket, now=MONDAY).headline]
    take(ticket, house)
    heads.append(sheet(ticket, now=MONDAY).headline)
    reply(ticket, house)
    heads.append(sheet(ticket, now=MONDAY).headline)
    resolve(ticket, house)
    heads.append(sheet(ticket).headline)
    rate(ticket)
    heads.append(sheet(ticket).headline)

    assert heads == [
        "已经收到，请等答复",
        "有人在办，请等答复",
        "正在办，11月24日（周二）前办好",
        "办完了，请您评一评",
        "谢谢您的评价",
    ]


def test_headline_says_when_a_bad_rating_reopens(ticket, house):
    take(ticket, house)
    resolve(ticket, house)
    rate(ticket, satisfied="not")

    page = sheet(ticket)

    assert page.headline == "谢谢您的评价，会重新办理"
    assert not page.may_rate and not page.may_change
    assert page.facts[0].label == "最晚答复"


@pytest.mark.parametrize(("channel", "where"), [("phone", "电话里"), ("desk", "站里")])
def test_headline_says_where_it_was_said_that_staff_wrote_down(ticket, house, channel, where):
    take(ticket, house)
    resolve(ticket, house)
    said = {"reporter": ticket.reporters.get(), "solved": "no", "satisfied": "not", "channel": channel}
    workflow.review(ticket, by=house.lead, now=TUESDAY, **said)

    page = sheet(ticket)

    assert page.headline == "谢谢您的评价，会重新办理"
    assert page.advice == f"您在{where}说还没解决，工作人员代您记下了。已经交回去重办，办好了再请您评。"


@pytest.mark.parametrize(("outcome", "headline", "note"), [
    ("solved", "办完了，请您评一评", "已办好"),
    ("partly", "办了一部分，请您评一评", "办好一部分"),
    ("not", "没能办成，请您评一评", "没能办成"),
])  # fmt: skip
def test_headline_and_steps_do_not_call_done_what_is_not(ticket, house, outcome, headline, note):
    take(ticket, house)
    resolve(ticket, house, outcome)

    page = sheet(ticket)

    assert (page.headline, page.notes) == (headline, ("已收到", note, "等您评"))


def test_headline_admits_a_broken_promise(ticket, house):
    take(ticket, house)
    reply(ticket, house)

    page = sheet(ticket, now=MONDAY + timedelta(days=3))

    assert page.headline == "没能按答应的日子办好，还在办"
    assert "11月24日（周二）" in page.advice


def promise_again(ticket, house, day, solvable="yes", now=MONDAY + timedelta(hours=1)):
    answer = {"solvable": solvable, "promised_on": day, "words": "配件没到", "told": "phone"}
    workflow.reply(ticket, by=house.staff, now=now, **answer)


@pytest.mark.parametrize("words", [True, False])
def test_receipt_says_that_a_promised_day_was_moved(ticket, house, words):
    take(ticket, house)
    reply(ticket, house)
    promise_again(ticket, house, date(2026, 11, 27))

    page = sheet(ticket, words=words, now=MONDAY + timedelta(hours=2))
    [promise] = [fact for fact in page.facts if fact.label == "答应办好"]

    assert page.history[0].title == "答复：能解决，改到11月27日（周五）前办好（原来答应11月24日）"
    assert (promise.text, promise.why) == ("11月27日（周五）前", "改了日期，原来答应11月24日")


def test_moved_day_is_said_with_its_year_where_that_is_another(ticket, house):
    take(ticket, house)
    promise_again(ticket, house, date(2027, 3, 1), now=MONDAY)
    promise_again(ticket, house, date(2027, 5, 1))

    title = sheet(ticket).history[0].title

    assert title == "答复：能解决，改到2027年5月1日（周六）前办好（原来答应2027年3月1日）"


def test_promise_taken_back_says_what_was_promised(ticket, house):
    take(ticket, house)
    reply(ticket, house)
    promise_again(ticket, house, None, solvable="no")

    assert sheet(ticket).history[0].title == "答复：不能解决（原来答应11月24日）"


def test_same_day_again_and_the_first_of_a_new_round_were_not_moved(ticket, house):
    take(ticket, house)
    reply(ticket, house)
    promise_again(ticket, house, TUESDAY.date())
    resolve(ticket, house)
    rate(ticket, satisfied="not")
    promise_again(ticket, house, date(2026, 11, 30), now=TUESDAY)

    page = sheet(ticket)

    assert "改" not in "".join(entry.title for entry in page.history)
    assert "原来答应" not in str(page.facts)


def test_code_alone_says_in_the_residents_words_who_is_waited_for(ticket, house):
    take(ticket, house)
    workflow.ask_resident(ticket, by=house.staff, question="是哪一根水管漏？", now=MONDAY)

    [now] = [fact.text for fact in sheet(ticket, words=False, now=MONDAY).facts if fact.label == "现在"]

    assert now == "等您补充"


def test_headline_says_plainly_what_cannot_be_solved(ticket, house):
    take(ticket, house)
    reply(ticket, house, solvable="no")

    assert sheet(ticket).headline == "这件事不能解决，请看答复"


def test_late_reply_is_admitted(ticket):
    page = sheet(ticket, now=MONDAY + timedelta(days=3))

    assert "过了答复的时间" in page.advice
    assert page.facts[0].due.kind == "over"


def test_withdrawn_ticket_gives_its_reason_with_words_only(ticket, house):
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=MONDAY)

    assert "登记有误" in sheet(ticket).advice
    assert "登记有误" not in sheet(ticket, words=False).advice


def test_history_names_units_and_hides_the_desks_own_steps(ticket, house):
    take(ticket, house)
    workflow.hand_back(ticket, by=house.staff, reason="不归我们管，找房管", now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, now=MONDAY)

    titles = [entry.title for entry in sheet(ticket).history]

    assert titles == ["派给房管服务中心", "安居物业开始办理", "派给安居物业", f"{house.station.name}接单"]


def test_history_shows_the_newest_words_only_on_top(ticket, house):
    take(ticket, house)
    reply(ticket, house)
    resolve(ticket, house)

    page = sheet(ticket)

    assert page.said == resident.Said("安居物业答复", "换了点火电池")
    assert [entry.words for entry in page.history[:2]] == ["", "明天换点火器"]
    assert page.history[0].kept.startswith("按时，时限")


def test_history_shows_nobody_elses_rating(ticket, house):
    other = Reporter.objects.create(ticket=ticket, name="李", logged_by=house.volunteer, created_at=MONDAY)
    take(ticket, house)
    resolve(ticket, house)
    workflow.review(ticket, by=other, solved="yes", satisfied="mostly", now=TUESDAY)
    rate(ticket, now=TUESDAY + timedelta(hours=1))

    titles = [entry.title for entry in sheet(ticket).history]

    assert "您评了“解决了、满意”" in titles
    assert not any("基本满意" in title for title in titles)


def test_resident_reads_again_what_was_said_with_the_rating(ticket, house):
    take(ticket, house)
    resolve(ticket, house)
    reporter = ticket.reporters.first()
    workflow.review(ticket, by=reporter, solved="no", satisfied="not", words="还是打不着", now=TUESDAY)

    mine = [entry.words for entry in sheet(ticket).history if entry.title.startswith("您评了")]
    hidden = [entry.words for entry in sheet(ticket, words=False).history]

    assert mine == ["您说：还是打不着"]
    assert not any(hidden)


def test_page_without_words_says_neither_place_nor_unit_nor_words(ticket, house):
    take(ticket, house)
    reply(ticket, house)
    resolve(ticket, house)
    rate(ticket)

    page = str(sheet(ticket, words=False))

    places = ["24栋", "安居物业", house.station.name, ticket.number]
    hidden = [*PRIVATE.values(), "燃气灶", "点火", house.staff.name, *places]
    assert [text for text in hidden if text in page] == []
    assert all(text in page for text in (house.category.name, "已结案", "11月24日（周二）前", "能不能解决"))


@pytest.mark.parametrize(("words", "matter"), [
    ("24栋厨房燃气灶打不着火", "24栋厨房燃气灶打不着火"),
    ("电梯停了", "24栋电梯停了"),
    ("1单元502漏水", "24栋＊＊漏水"),
    ("王秀兰家漏水", "24栋＊＊家漏水"),
    ("漏水，电话138 0013 8421", "24栋漏水，电话＊＊"),
])  # fmt: skip
def test_matter_names_the_building_once_and_never_the_person(house, words, matter):
    ticket = house.receive(words, now=MONDAY, **PRIVATE)

    assert resident.matter(ticket.reporters.get()) == matter


def test_rating_may_be_changed_for_seven_days_after_closing(ticket, house):
    take(ticket, house)
    resolve(ticket, house)
    rate(ticket)

    assert sheet(ticket, now=TUESDAY + timedelta(days=7)).may_change
    assert not sheet(ticket, now=TUESDAY + timedelta(days=7, seconds=1)).may_change


def test_answer_stays_of_the_unit_that_gave_it(ticket, house):
    take(ticket, house)
    reply(ticket, house)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, reason="归他们", now=MONDAY)
    sent = sheet(ticket, now=MONDAY)
    workflow.hand_back(ticket, by=house.other_staff, reason="不归我们", now=MONDAY)
    back = sheet(ticket, now=MONDAY)
    answer = {"solvable": "no", "words": "没有配件", "told": "slip", "now": MONDAY}
    workflow.reply(ticket, by=house.dispatcher, **answer)
    office = sheet(ticket, now=MONDAY)

    assert [page.said.who for page in (sent, back, office)] == [f"{house.unit}答复"] * 2 + ["社区答复"]
    assert office.history[0].who == "社区"
    assert [page.headline for page in (sent, back)] == ["已经答复，11月24日（周二）前办好"] * 2
    assert "正在安排人来办" in back.advice


def test_answer_that_came_along_from_another_ticket_names_no_unit(ticket, house):
    master = house.receive(now=MONDAY)
    take(master, house)
    workflow.merge(ticket, by=house.dispatcher, master=master, now=MONDAY)
    answer = {"solvable": "no", "words": "没有配件", "told": "slip", "now": MONDAY + timedelta(hours=1)}
    workflow.reply(master, by=house.staff, **answer)
    workflow.unmerge(Ticket.objects.get(pk=ticket.pk), by=house.dispatcher, now=TUESDAY)

    assert sheet(ticket).said.who == "答复"


def test_answer_of_the_office_after_a_restored_ticket_is_not_the_units(ticket, house):
    take(ticket, house)
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=MONDAY)
    workflow.restore(ticket, by=house.dispatcher, reason="撤错了", now=MONDAY)
    answer = {"solvable": "no", "words": "没有配件", "told": "slip", "now": MONDAY}
    workflow.reply(ticket, by=house.dispatcher, **answer)

    assert sheet(ticket, now=MONDAY).said.who == "社区答复"
