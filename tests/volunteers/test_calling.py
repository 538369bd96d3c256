"""Call-outs: who is asked, in which order and why; one press takes the seat; everybody once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from notices.models import Notice
from stations.refusals import Conflict, Refused
from tests.factories import at
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers import calling
from volunteers.models import Absence, Asking, Assignment, Availability, Seat, Skill
from volunteers.seating import cancelling, signing_up

NOW = at("2026-11-24 10:42")
THURSDAY = at("2026-11-26 09:00")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def gap(house):
    """A shift with one free seat."""
    return shift(house.station, THURSDAY, seats=1)


def page(made):
    return reverse("volunteers:call_out", args=[made.pk])


def seen(made):
    """By the lead of its station."""
    lead = User.objects.get(posts__station=made.station, posts__role="station_lead")
    return calling.of(made, by=lead, now=NOW)


def names(made):
    return [one.name for one in seen(made).suggested]


def reasons(made):
    return dict(seen(made).others)


def asked(made, profile, *, ago=1):
    return Asking.objects.create(shift=made, profile=profile, at=NOW - timedelta(days=ago))


def has_time(profile, weekday=3, first=9, last=20):
    Availability.objects.create(
        profile=profile, weekday=weekday, from_minute=first * 60, until_minute=last * 60
    )


def test_those_asked_least_and_longest_ago_come_first(house, gap):
    often, lately, long_ago, never = (
        volunteer(house.station, name=name) for name in ("甲", "乙", "丙", "丁")
    )
    for day, (profile, ago) in enumerate([(often, 9), (often, 8), (lately, 2), (long_ago, 30)], start=1):
        asked(shift(house.station, THURSDAY + timedelta(days=day)), profile, ago=ago)

    assert names(gap) == ["丁", "丙", "乙", "甲"]


def test_asking_of_long_ago_counts_no_more(house, gap):
    old, fresh = volunteer(house.station, name="甲"), volunteer(house.station, name="乙")
    other = shift(house.station, THURSDAY + timedelta(days=1))
    asked(other, old, ago=100)
    asked(other, fresh, ago=1)

    assert names(gap) == ["甲", "乙"]


def test_who_gave_this_time_comes_before_who_gave_none(house, gap):
    volunteer(house.station, name="甲")
    has_time(volunteer(house.station, name="乙"))

    found = seen(gap).suggested

    assert [(one.name, one.why) for one in found] == [
        ("乙", "登记了这个时间有空，三个月里没问过"),
        ("甲", "没登记空闲时间，三个月里没问过"),
    ]


def test_others_are_named_with_what_speaks_against_them(house, gap):
    away, other, shy, busy = (volunteer(house.station, name=name) for name in ("甲", "乙", "丙", "丁"))
    Absence.objects.create(profile=away, from_on="2026-11-26", until_on="2026-11-26")
    has_time(other, last=12)
    type(shy).objects.filter(pk=shy.pk).update(may_be_called_out=False)
    seated(shift(house.station, THURSDAY).seats.first(), busy)

    assert names(gap) == []
    assert reasons(gap) == {
        "甲": "那天登记了请假，先改请假再报名",
        "乙": "没登记这个时间有空",
        "丙": "说过缺人时不用问",
        "丁": "这段时间已经有别的班了",
    }


def test_seat_for_a_skill_asks_who_has_it(house):
    skill = Skill.objects.create(name="配钥匙")
    made = shift(house.station, THURSDAY, seats=[{"skill": skill}])
    able = volunteer(house.station, name="甲")
    able.skills.create(skill=skill)
    volunteer(house.station, name="乙")

    assert names(made) == ["甲"]


def test_who_is_there_or_was_asked_is_not_asked_again(house):
    made = shift(house.station, THURSDAY, seats=3)
    seats = list(made.seats.all())
    seated(seats[0], volunteer(house.station, name="甲"))
    seated(seats[1], volunteer(house.station, name="乙"), verb="propose")
    asked(made, volunteer(house.station, name="丙"))

    assert (names(made), reasons(made)) == ([], {"乙": "已邀请来这一班，还没回"})


def test_who_has_still_to_answer_for_the_same_hours_is_not_asked(house, gap):
    """Asked into a seat or for a gap; who said no, or whose gap is filled, is asked again."""
    invited, called, declined, late = (
        volunteer(house.station, name=name) for name in ("甲", "乙", "丙", "丁")
    )
    other = shift(house.station, THURSDAY + timedelta(hours=2))
    seated(other.seats.first(), invited, verb="propose")
    asked(other, called)
    Asking.objects.filter(pk=asked(other, declined).pk).update(declined_at=NOW)
    filled = shift(house.station, THURSDAY, seats=1)
    asked(filled, late)
    seated(filled.seats.get(), volunteer(house.station, name="戊"))

    found = reasons(gap)

    assert set(names(gap)) == {"丙", "丁"}
    assert {name for name, why in found.items() if why == "已邀请同一时间的另一班，还没回"} == {"甲", "乙"}


def test_lead_is_not_offered_to_ask_himself_and_reads_who_is_young(house, gap, client_of):
    profile_of(house.lead)
    consent = {"guardian_name": "刘大江", "guardian_consented_on": date(2026, 1, 1)}
    volunteer(house.station, name="刘小满", born_on=date(2010, 5, 1), **consent)

    text = client_of(house.lead).get(page(gap)).content.decode()

    assert [(one.name, one.is_minor) for one in seen(gap).suggested] == [("刘小满", True)]
    assert house.lead.name not in reasons(gap) and "未成年" in text


def test_full_shift_asks_nobody(house, gap):
    seated(gap.seats.get(), volunteer(house.station))

    assert seen(gap).free == []
    with pytest.raises(Conflict, match="已满"):
        calling.ask(gap, [volunteer(house.station).pk], by=house.lead, now=NOW)


def test_lead_asks_and_one_press_takes_the_seat(house, gap, client_of):
    me, other = profile_of(house.volunteer), volunteer(house.station, name="罗建国")

    client_of(house.lead).post(page(gap), {"people": [me.pk, other.pk]})
    notice = Notice.objects.get(recipient=house.volunteer)
    answer = client_of(house.volunteer).post(notice.url, {"answer": "come"}, follow=True)

    made = Assignment.objects.get()
    assert (made.profile, made.via, made.status) == (me, "call_out", "accepted")
    assert "11月26日（周四）09:00–12:30" in notice.text
    assert "您在这一班" in answer.content.decode()
    assert not Notice.objects.filter(effect__startswith="roster:called", settled_at=None).exists()


def test_second_to_press_reads_that_it_is_taken(house, gap, client_of):
    me = asked(gap, profile_of(house.volunteer))
    seated(gap.seats.get(), volunteer(house.station), now=NOW)

    answer = client_of(house.volunteer).post(reverse("volunteers:called", args=[me.pk]), {"answer": "come"})

    assert answer.status_code == 409
    assert "已满" in answer.content.decode()


def test_no_is_told_to_the_lead(house, gap, client_of):
    mine = asked(gap, profile_of(house.volunteer))
    me = client_of(house.volunteer)

    for _ in range(2):
        me.post(reverse("volunteers:called", args=[mine.pk]), {"answer": "no"})

    assert "去不了" in client_of(house.lead).get(page(gap)).content.decode()
    assert "改主意了" in me.get(reverse("volunteers:called", args=[mine.pk])).content.decode()


def test_nobody_answers_for_another(house, gap, client_of):
    mine = asked(gap, profile_of(house.volunteer))
    address = reverse("volunteers:called", args=[mine.pk])

    assert client_of(house.lead).post(address, {"answer": "come"}).status_code == 404
    with pytest.raises(Refused):
        calling.come(mine, by=house.lead, now=NOW)


@pytest.mark.parametrize(("number", "status", "said"), [(0, 422, "先勾上"), (11, 422, "一次最多问10个人")])
def test_too_few_and_too_many_are_refused(house, gap, client_of, number, status, said):
    people = [volunteer(house.station).pk for _ in range(number)]

    answer = client_of(house.lead).post(page(gap), {"people": people})

    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert not Asking.objects.exists()


def test_person_of_another_station_is_not_asked(house, gap, client_of):
    foreign = profile_of(house.outsider)

    assert client_of(house.lead).post(page(gap), {"people": [foreign.pk]}).status_code == 409
    assert not Asking.objects.exists()


def test_each_is_asked_once_for_a_shift(house, gap, client_of):
    me, lead = profile_of(house.volunteer), client_of(house.lead)

    statuses = [lead.post(page(gap), {"people": [me.pk]}).status_code for _ in range(2)]

    assert statuses == [302, 409]
    assert Notice.objects.filter(recipient=house.volunteer).count() == 1


def test_page_is_for_the_stations_lead(house, gap, client_of):
    assert client_of(house.volunteer).get(page(gap)).status_code == 403
    other = shift(house.outsider.posts.get().station, THURSDAY)
    assert client_of(house.lead).get(page(other)).status_code == 404


def test_page_asks_the_same_of_the_database_for_many(house, gap, client_of, django_assert_max_num_queries):
    lead = client_of(house.lead)
    asked(gap, volunteer(house.station))
    has_time(volunteer(house.station))
    lead.get(page(gap))
    with django_assert_max_num_queries(40) as few:
        lead.get(page(gap))
    for _ in range(3):
        has_time(volunteer(house.station))
        asked(gap, volunteer(house.station))

    with django_assert_max_num_queries(len(few)):
        lead.get(page(gap))


def test_plain_seat_is_given_before_the_one_that_leads(house, client_of):
    made = shift(house.station, THURSDAY, seats=[{"is_lead": True}, {}])
    mine, me = asked(made, profile_of(house.volunteer)), client_of(house.volunteer)
    address = reverse("volunteers:called", args=[mine.pk])

    before = me.get(address).content.decode()
    me.post(address, {"answer": "come"})

    assert "带班" not in before
    assert not Seat.objects.get(assignments__isnull=False).is_lead


def test_only_seat_left_says_that_it_leads(house, client_of):
    made = shift(house.station, THURSDAY, seats=[{"is_lead": True}])
    me, client = profile_of(house.volunteer), client_of(house.volunteer)
    calling.ask(made, [me.pk], by=house.lead, now=NOW)
    address = reverse("volunteers:called", args=[made.askings.get().pk])

    before = client.get(address).content.decode()
    after = client.post(address, {"answer": "come"}, follow=True).content.decode()

    assert "带班：当班负责" in Notice.objects.get(recipient=house.volunteer).text
    assert "带班：当班负责" in before and "您带班：当班负责" in after


def test_gap_of_a_needed_seat_is_filled_first(house):
    made = shift(house.station, THURSDAY, seats=[{"is_needed": False}, {}])
    mine = asked(made, profile_of(house.volunteer))

    calling.come(mine, by=house.volunteer, now=NOW)

    assert Seat.objects.get(assignments__isnull=False).is_needed


def test_asking_ends_once_another_has_the_last_seat(house, gap):
    asked_one, first = volunteer(house.station), profile_of(house.volunteer)
    calling.ask(gap, [asked_one.pk], by=house.lead, now=NOW)

    signing_up.take(gap.seats.get(), first, by=first.user, now=NOW)

    assert Notice.objects.get(recipient=asked_one.user).settled_at == NOW


def test_who_comes_to_a_cancelled_shift_reads_so(house, gap):
    who = volunteer(house.station)
    calling.ask(gap, [who.pk], by=house.lead, now=NOW)
    cancelling.cancel_shift(gap, reason="停电", by=house.lead, now=NOW)

    with pytest.raises(Conflict, match="取消了"):
        calling.come(Asking.objects.get(), by=who.user, now=NOW)
