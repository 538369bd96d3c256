"""The pages of the verbs: their forms, their refusals, and where they lead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stations import saying
from tests.factories import UnitFactory
from tests.tickets.loop import joined, replied
from tickets import workflow
from tickets.models import Category, Reply, Reporter, Telling
from tickets.states import Status


def url(verb, ticket):
    return reverse(f"tickets:{verb}", args=[ticket.number])


@pytest.fixture
def received(house):
    return house.receive(phone="13800138421")


@pytest.fixture
def dispatched(house, received):
    workflow.dispatch(received, by=house.dispatcher, unit=house.unit)
    return received


@pytest.fixture
def claimed(house, dispatched):
    workflow.claim(dispatched, by=house.staff)
    return dispatched


def test_dispatch_page_has_the_rules_proposal_chosen(house, client_of, received):
    page = client_of(house.dispatcher).get(url("dispatch", received))

    assert page.context["form"].initial["unit"] == house.unit
    assert f'value="{house.unit.pk}"' in page.content.decode()


def test_dispatch_goes_where_next_says_on_this_host_only(house, client_of, received):
    form = {"unit": house.unit.pk, "next": "https://evil.example/"}

    answer = client_of(house.dispatcher).post(url("dispatch", received), form)

    received.refresh_from_db()
    assert received.status == Status.DISPATCHED
    assert answer.url == received.get_absolute_url()


def test_dispatch_refuses_a_unit_of_another_community(house, client_of, received):
    answer = client_of(house.dispatcher).post(url("dispatch", received), {"unit": UnitFactory().pk})

    assert answer.status_code == 422
    assert "请选本社区正在使用的责任单位" in answer.content.decode()


def test_second_claimer_reads_who_was_first(house, client_of, claimed):
    answer = client_of(house.colleague).post(url("claim", claimed), {"from": "list"})

    assert answer.status_code == 409
    assert "已由周建华" in answer.content.decode()


def test_second_tap_of_the_same_person_is_no_error(house, client_of, dispatched):
    client = client_of(house.staff)
    client.post(url("claim", dispatched))

    answer = client.post(url("claim", dispatched))

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("verb", "first", "other"),
    [
        ("resolve", {"outcome": "solved", "words": "好了"}, {"outcome": "not", "words": "好了"}),
        ("resolve", {"outcome": "solved", "words": "好了"}, {"outcome": "solved", "words": "没办成，等配件"}),
        ("resolve", {"outcome": "solved", "words": "partly"}, {"outcome": "partly", "words": "partly"}),
        ("ask_resident", {"question": "在哪个位置？"}, {"question": "什么时候家里有人？"}),
        ("release", {"reason": "今天请假"}, {"reason": "缺工具"}),
    ],
)
def test_second_press_that_says_something_else_is_no_second_tap(
    house, client_of, claimed, verb, first, other
):
    client = client_of(house.staff)
    client.post(url(verb, claimed), first)

    same, another = client.post(url(verb, claimed), first), client.post(url(verb, claimed), other)

    assert (same.status_code, another.status_code) == (302, 409)
    typed = [text for name, text in other.items() if name != "outcome"]
    assert [text for text in typed if text not in another.text] == []


def test_merging_or_withdrawing_again_is_a_second_tap_only_with_the_same_choice(house, client_of, received):
    one, two, wrong = (house.receive(words) for words in ("楼道灯不亮", "门禁刷不开", "登记错了"))
    client = client_of(house.dispatcher)
    into = [{"number": ticket.number, "sure": "1"} for ticket in (one, one, two)]
    reasons = [{"reason": reason} for reason in ("mistake", "mistake", "reporter_asked")]

    merged = [client.post(url("merge", received), form).status_code for form in into]
    ended = [client.post(url("withdraw", wrong), form).status_code for form in reasons]

    assert merged == ended == [302, 302, 409]


def test_answer_just_after_another_one_is_kept_and_the_same_one_is_one(house, client_of, claimed):
    workflow.ask_resident(claimed, by=house.staff, question="几楼漏？")
    pk, client = claimed.reporters.get().pk, client_of(house.volunteer)
    said = {"reporter": pk, "channel": "phone"}
    client.post(url("resident_answered", claimed), {**said, "words": "三楼"})

    again = client.post(url("resident_answered", claimed), {**said, "words": "三楼"})
    other = client.post(url("resident_answered", claimed), {**said, "words": "四楼也漏，有煤气味"})

    answers = claimed.events.filter(verb="resident_answered")
    assert (again.status_code, other.status_code) == (302, 302)
    assert list(answers.values_list("words", flat=True)) == ["三楼", "四楼也漏，有煤气味"]


def test_answer_of_an_old_page_replaces_no_newer_one_unread(house, client_of, claimed):
    """The one who has not read it is told once, in the form as it was filled in, and may insist."""
    client = client_of(house.staff)
    page = client.get(url("reply", claimed)).context["form"]
    said = {"solvable": "no", "words": "没有配件", "told": "slip", "seen": page["seen"].value()}
    replied(claimed, house, now=timezone.now())
    day = claimed.promised_on

    first = client.post(url("reply", claimed), said)
    claimed.refresh_from_db()
    kept, seen = claimed.promised_on, first.context["form"]["seen"].value()
    second = client.post(url("reply", claimed), {**said, "seen": seen})

    assert (first.status_code, kept, second.status_code) == (422, day, 302)
    assert f"已经有人答复过：能解决，{saying.day(day, today=timezone.localdate())}前办好" in first.text
    assert "没有配件" in first.text
    claimed.refresh_from_db()
    assert claimed.solvable == "no"


def test_answer_that_is_older_than_the_one_just_written_is_refused_inside_the_lock(house, claimed):
    replied(claimed, house)

    with pytest.raises(workflow.Invalid, match="已经有人答复过"):
        workflow.reply(claimed, by=house.staff, solvable="no", words="没有配件", told="slip", seen="")


def test_answer_of_who_lost_the_ticket_meanwhile_is_given_back(house, client_of, claimed):
    client, said = client_of(house.staff), {"solvable": "no", "words": "没有配件", "told": "slip"}
    workflow.dispatch(claimed, by=house.dispatcher, unit=house.other_unit, reason="归别的单位")

    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    ours = client.post(url("reply", claimed), said, headers=own)
    missing = client.post(reverse("tickets:reply", args=["HY99-20260101-001"]), said, headers=own)
    foreign = client.post(url("reply", claimed), said, headers={"Origin": "https://elsewhere.example"})

    assert (ours.status_code, missing.status_code) == (404, 404)
    assert "您现在看不到了" in ours.text and "没有配件" in ours.text
    assert ours.content == missing.content and "没有配件" not in foreign.text


def test_nobody_without_a_telephone_is_told_by_telephone(house, client_of, claimed):
    silent, client = claimed.reporters.get(), client_of(house.staff)
    Reporter.objects.filter(pk=silent.pk).update(phone="")
    said = {"solvable": "no", "words": "没有配件", "told": "phone"}
    alone = client.post(url("reply", claimed), said)
    other = joined(claimed, house, phone="13800138421")

    refused = client.post(url("reply", claimed), {**said, "told_to": [silent.pk, other.pk]})
    taken = client.post(url("reply", claimed), {**said, "told_to": [other.pk]})

    assert (alone.status_code, refused.status_code, taken.status_code) == (422, 422, 302)
    assert "这位居民没有留电话" in alone.text and "没有留电话，不能算打电话告诉了" in refused.text
    assert list(Telling.objects.values_list("reporter", flat=True)) == [other.pk]


def test_lead_names_a_colleague(house, client_of, dispatched):
    client_of(house.unit_lead).post(url("claim", dispatched), {"colleague": house.colleague.pk})

    dispatched.refresh_from_db()
    assert dispatched.claimant == house.colleague


def test_lead_who_named_a_colleague_is_told_whom(house, client_of, dispatched):
    form = {"colleague": house.colleague.pk}

    page = client_of(house.unit_lead).post(url("claim", dispatched), form, follow=True).content.decode()

    assert f"已交给{house.colleague.name}办" in page
    assert "请尽快联系居民" not in page


def test_past_day_is_refused_at_the_date_itself(house, client_of, claimed):
    form = {
        "solvable": "yes",
        "promised_on": "choose",
        "other_day": "2026-01-01",
        "words": "修",
        "told": "phone",
    }

    answer = client_of(house.staff).post(url("reply", claimed), form)

    assert answer.context["form"].errors == {"other_day": ["日期要在今天到一年之内"]}
    assert "哪一天</label>" in answer.content.decode()  # nothing calls it optional


def test_long_words_come_back_whole(house, client_of, claimed):
    form = {"solvable": "no", "words": "修" * 5000, "told": "phone"}

    page = client_of(house.staff).post(url("reply", claimed), form).content.decode()

    assert "修" * 5000 in page and "最多4000字" in page
    assert "maxlength" not in page


def test_reply_without_a_day_keeps_what_was_typed(house, client_of, claimed):
    form = {"solvable": "yes", "words": "先用卡箍止水", "told": "phone"}

    answer = client_of(house.staff).post(url("reply", claimed), form)

    assert answer.status_code == 422
    assert "请选哪天办好" in answer.content.decode()
    assert "先用卡箍止水" in answer.content.decode()


def test_reply_again_reads_which_day_was_promised(house, client_of, claimed):
    today = timezone.localdate()
    day = today + timedelta(days=2)
    answer = {"solvable": "yes", "promised_on": day, "words": "周五换", "told": "phone"}

    first = client_of(house.staff).get(url("reply", claimed)).content.decode()
    workflow.reply(claimed, by=house.staff, **answer)
    again = client_of(house.staff).get(url("reply", claimed)).content.decode()

    assert f"上次答应的是{saying.day(day, today=today)}" in again
    assert "上次答应的是" not in first


def test_reply_by_the_claimant_is_stored_with_its_day(house, client_of, claimed):
    day = claimed.received_on.isoformat()
    form = {
        "solvable": "yes",
        "promised_on": "choose",
        "other_day": day,
        "words": "今天就修",
        "told": "phone",
    }

    answer = client_of(house.staff).post(url("reply", claimed), form)

    assert answer.status_code == 302
    assert Reply.objects.get().promised_on.isoformat() == day


def test_hand_back_leads_away_from_a_ticket_no_longer_seen(house, client_of, claimed):
    form = {"reason": "归房管", "next": claimed.get_absolute_url()}  # as the page itself sends it

    answer = client_of(house.staff).post(url("hand_back", claimed), form)

    assert answer.url == "/"
    assert client_of(house.staff).get(claimed.get_absolute_url()).status_code == 404


def test_foreign_ticket_is_the_same_404_as_a_missing_one(house, client_of, received):
    client = client_of(house.other_staff)

    foreign, missing = (
        client.get(url("claim", received)),
        client.get(url("claim", received).replace("-001", "-999")),
    )

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content.replace(b"-001", b"-999") == missing.content


def test_reason_is_asked_for_only_once_the_ticket_is_on_its_way(house, client_of, received):
    at_the_desk = client_of(house.volunteer).get(url("amend", received)).content.decode()
    workflow.dispatch(received, by=house.dispatcher, unit=house.unit)
    later = client_of(house.dispatcher).get(url("amend", received)).content.decode()

    assert "为什么更正" not in at_the_desk
    assert "为什么更正" in later


def test_wrong_person_reads_why_not(house, client_of, claimed):
    answer = client_of(house.volunteer).get(url("reply", claimed))

    assert answer.status_code == 403
    assert "要由认领这张工单的人来做" in answer.content.decode()


def test_amending_the_place_leaves_words_of_several_lines_alone(house, client_of):
    """Browsers send a line break as two characters, and what was typed at the desk keeps its spaces."""
    ticket = house.receive(words="楼道灯不亮\n三楼到五楼 ")
    page = client_of(house.dispatcher).get(url("amend", ticket)).context["form"]
    sent = {name: page[name].value() or "" for name in page.fields}

    client_of(house.dispatcher).post(
        url("amend", ticket), {**sent, "words": ticket.words.replace("\n", "\r\n"), "place": "二楼转角"}
    )

    ticket.refresh_from_db()
    assert ticket.place == "二楼转角"
    assert ticket.events.last().data == {"place": ["", "二楼转角"]}


def test_correcting_the_place_leaves_a_category_that_is_not_offered_any_more(house, client_of, received):
    category = received.category
    Category.objects.filter(pk=category.pk).update(is_active=False)
    page = client_of(house.dispatcher).get(url("amend", received))
    sent = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}

    answer = client_of(house.dispatcher).post(url("amend", received), {**sent, "place": "二楼转角"})

    assert f'<option value="{category.pk}" selected>' in page.content.decode()
    assert answer.status_code == 302
    assert received.events.last().data == {"place": ["", "二楼转角"]}


def test_correction_of_an_old_page_is_refused_and_what_was_typed_is_shown(house, client_of, received):
    page = client_of(house.dispatcher).get(url("amend", received)).context["form"]
    sent = {name: page[name].value() or "" for name in page.fields} | {"seen": page["seen"].value()}
    workflow.amend(received, by=house.volunteer, words="电梯里有人")

    answer = client_of(house.dispatcher).post(url("amend", received), {**sent, "place": "二楼转角"})

    assert answer.status_code == 409
    assert "刚刚有别人更正过" in answer.content.decode() and "二楼转角" in answer.content.decode()
