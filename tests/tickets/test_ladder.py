"""Half time, 80 %, overdue: who is told, once for each rung, in one notice for each person and run."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import Notice
from tests.factories import EmergencyFactory, House, at, person
from tests.tickets.closures import close
from tests.tickets.loop import MONDAY, answered, end_posts, joins, replied, ticket_in, waiting
from tickets import calendaring, sweeps, workflow
from tickets.models import Clock
from tickets.states import Status

pytestmark = pytest.mark.slow

R, D, C = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED
SECOND = timedelta(seconds=1)
HALF, WARN, OVER = at("2026-11-23 14:30"), at("2026-11-23 17:12"), at("2026-11-24 10:00")
RUNGS = ("half", "warn", "overdue")
# Every clock of the table in one statement; far more than a planner would read through.
MANY_CLOCKS = """
INSERT INTO tickets_clock (ticket_id, area_id, unit_id, kind, round, working_days, starts_at, due_at, half_at, warn_at,
                           paused_for, provisional, calendar_version)
SELECT ticket_id, area_id, unit_id, kind, n, working_days, starts_at, due_at, half_at, warn_at,
       paused_for, provisional, calendar_version
FROM tickets_clock, generate_series(2, 20000) n WHERE kind = 'reply'
"""


def swept(now):
    """A run a moment later: a clock climbs when its moment has passed."""
    sweeps.flag_overdue(now=now + SECOND)


def explained(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def told(now=None):
    """{name: the texts of its digests}, of one run or of all."""
    notices = Notice.objects.filter(effect__regex=f"^({'|'.join(RUNGS)}):").order_by("pk")
    if now:
        notices = notices.filter(created_at=now + SECOND)
    found = {}
    for name, text in notices.values_list("recipient__name", "text"):
        found.setdefault(name, []).append(text)
    return found


@pytest.mark.parametrize(
    ("status", "moment", "names"),
    [
        (R, HALF, {"何敏"}),
        (D, HALF, {"周建华", "吴强", "郑洁"}),
        (C, HALF, {"周建华"}),
        (Status.WAITING, HALF, {"周建华"}),
        (R, WARN, {"何敏"}),
        (D, WARN, {"郑洁"}),
        (C, WARN, {"郑洁"}),
        (R, OVER, {"何敏", "黎书文"}),
        (C, OVER, {"何敏", "黎书文"}),
    ],
)
def test_rung_is_told_to_its_people(house, status, moment, names):
    ticket_in(status, house)
    earlier = {HALF: [], WARN: [HALF], OVER: [HALF, WARN]}[moment]

    for now in (*earlier, moment):
        swept(now)

    assert set(told(moment)) == names


def test_words_say_how_far_and_until_when(house):
    number = ticket_in(C, house).number

    for now in (HALF, WARN, OVER):
        swept(now)

    assert told(HALF)["周建华"] == [
        f"{number}（24栋·{house.category}）答复时限已过半，11月24日（周二）10:00到期"
    ]
    assert told(WARN)["郑洁"][0].endswith("答复时限已过八成，11月24日（周二）10:00到期")
    assert told(OVER)["何敏"][0].endswith("超过答复时限")


@pytest.mark.parametrize("moment", [HALF, WARN, OVER])
def test_moment_itself_is_not_yet_past(house, moment):
    ticket_in(C, house)

    for now in (HALF, WARN, OVER):
        if now < moment:
            swept(now)
    sweeps.flag_overdue(now=moment)

    assert told(moment - SECOND) == {}


def test_each_rung_is_told_once_however_often_beat_comes_by(house):
    ticket_in(C, house)

    for minute in range(25 * 60):
        if minute % 30 < 2:
            sweeps.flag_overdue(now=MONDAY + timedelta(minutes=minute, seconds=1))
            sweeps.flag_overdue(now=MONDAY + timedelta(minutes=minute, seconds=1))

    assert {name: len(texts) for name, texts in told().items()} == {
        "周建华": 1,
        "郑洁": 1,
        "何敏": 1,
        "黎书文": 1,
    }


def test_run_that_comes_at_eighty_percent_tells_owner_and_lead_once_each(house):
    ticket_in(C, house)

    swept(WARN)
    swept(WARN + SECOND)

    assert {name: len(texts) for name, texts in told().items()} == {"周建华": 1, "郑洁": 1}
    assert "已过八成" in told()["周建华"][0]


def test_run_that_comes_when_it_is_overdue_skips_the_rungs_below(house):
    ticket_in(C, house)

    swept(OVER)
    swept(OVER + SECOND)

    assert set(told()) == {"何敏", "黎书文"}
    assert Clock.objects.filter(kind="reply", told_half_at=None, told_warn_at=None, climbs_at=None).exists()


def test_solution_climbs_by_its_own_moments(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    resolve = ticket.clocks.get(kind="resolve")

    for now in (resolve.half_at, resolve.warn_at, resolve.due_at):
        swept(now)

    assert ["办结时限已过半" in text for text in told()["周建华"]] == [True]
    assert ["办结时限已过八成" in text for text in told()["郑洁"]] == [True]
    assert ["超过办结时限" in text for text in told()["黎书文"]] == [True]


def test_emergency_climbs_by_the_clock_on_the_wall_and_urgently(house):
    night = at("2026-11-21 23:00")
    ticket = house.receive("闻到煤气味", now=night, category=EmergencyFactory(), called=True)

    for minutes in (60, 96, 120):
        swept(night + timedelta(minutes=minutes))

    assert [
        (n.text[:3], n.is_urgent) for n in Notice.objects.filter(effect__regex="^(half|warn|overdue):")
    ] == [("【急】", True)] * 4
    assert ticket.clocks.get(kind="reply").flagged_at == night + timedelta(minutes=120) + SECOND


def test_ordinary_reminder_is_not_urgent(house):
    ticket_in(C, house)

    swept(HALF)

    assert Notice.objects.filter(effect__startswith="half:", is_urgent=False).count() == 1


def test_one_digest_tells_a_person_of_all_rungs(house):
    for status, moment in ((R, MONDAY), (R, at("2026-11-23 11:00")), (C, at("2026-11-23 11:30"))):
        ticket_in(status, house, now=moment)
    joins(house.dispatcher, "unit_lead", unit=house.unit)
    ticket_in(C, house, now=at("2026-11-20 18:00"))

    swept(at("2026-11-24 10:00"))

    assert told()["何敏"] == ["有2项时限刚刚超过，2项时限已过八成，请尽快处理"]
    assert [text.endswith("时限已过八成，11月24日（周二）11:30到期") for text in told()["周建华"]] == [True]


def test_owner_who_took_over_between_the_rungs_is_told(house):
    ticket = ticket_in(D, house)
    workflow.claim(ticket, by=house.colleague, now=MONDAY)

    swept(HALF)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.other_unit, reason="不归物业", now=HALF)
    lead = person("unit_lead", unit=house.other_unit, name="罗琴")
    swept(WARN)

    assert set(told(HALF)) == {"吴强"}
    assert set(told(WARN)) == {lead.name}


def test_claimant_who_left_the_unit_is_not_told_but_the_unit(house):
    ticket_in(C, house)
    end_posts(house.staff)

    swept(HALF)

    assert set(told()) == {"吴强", "郑洁"}


@pytest.mark.parametrize("moment", [HALF, WARN])
def test_dispatcher_is_told_of_a_unit_that_nobody_is_in(house, moment):
    ticket_in(C, house)
    for user in (house.staff, house.colleague, house.unit_lead):
        end_posts(user)

    swept(moment)

    assert set(told()) == {"何敏"}


def test_other_communities_are_told_nothing(house):
    other = House()
    ticket_in(C, house)

    for now in (HALF, WARN, OVER):
        swept(now)

    strangers = (other.staff, other.unit_lead, other.dispatcher, other.secretary)
    assert not Notice.objects.filter(recipient__in=strangers, created_at__gt=HALF).exists()


# Moments that move ------------------------------------------------------------------------------------


def test_rung_told_before_a_pause_is_not_told_again_and_the_next_comes_later(house):
    ticket = ticket_in(C, house)
    replied(ticket, house)
    clock = ticket.clocks.get(kind="resolve")
    swept(clock.half_at)
    asked_at = clock.half_at + timedelta(hours=1)

    waiting(ticket, house, now=asked_at)
    swept(clock.warn_at)
    answered(ticket, house, now=asked_at + timedelta(hours=1))
    swept(clock.warn_at)
    swept(clock.warn_at + timedelta(hours=1))

    assert [len(texts) for texts in told().values()] == [1, 1]
    assert set(told(clock.warn_at + timedelta(hours=1))) == {"郑洁"}


def test_moved_due_moment_is_climbed_anew(house):
    """As a new calendar moves it: the moments stand in the row, nothing else is told the ladder."""
    ticket_in(C, house)
    swept(HALF)

    later = timedelta(days=1)
    clock = Clock.objects.get(kind="reply")
    moved = {name: getattr(clock, name) + later for name in ("half_at", "warn_at", "due_at")}
    Clock.objects.filter(pk=clock.pk).update(**moved)
    for now in (WARN, OVER, HALF + later, WARN + later, OVER + later):
        swept(now)

    assert len(told()["周建华"]) == 2 and set(told(HALF + later)) == {"周建华"}
    assert set(told(WARN)) == set(told(OVER)) == set()
    assert set(told(WARN + later)) == {"郑洁"} and set(told(OVER + later)) == {"何敏", "黎书文"}


def test_half_time_is_told_once_and_eighty_percent_anew_where_a_closure_moves_them_on(house):
    ticket_in(C, house)
    swept(HALF)
    swept(WARN)

    close(house, day=MONDAY.date(), now=WARN + timedelta(minutes=5))
    half, warn = at("2026-11-24 13:30"), at("2026-11-24 16:12")
    for now in (WARN + timedelta(minutes=6), half, warn):
        swept(now)

    assert {name: len(texts) for name, texts in told().items()} == {"周建华": 1, "郑洁": 2}
    assert set(told(warn)) == {"郑洁"}


def test_rungs_told_are_not_told_again_where_they_move_back_into_the_past(house):
    ticket_in(C, house)
    swept(HALF)
    swept(WARN)
    closed = close(house, day=MONDAY.date(), now=WARN + timedelta(minutes=5))
    swept(WARN + timedelta(minutes=6))

    calendaring.withdraw(closed, by=house.dispatcher, now=WARN + timedelta(minutes=10))
    swept(WARN + timedelta(minutes=11))

    assert {name: len(texts) for name, texts in told().items()} == {"周建华": 1, "郑洁": 1}


def test_amending_without_a_new_limit_tells_nothing_again(house):
    ticket = ticket_in(C, house)
    swept(HALF)

    workflow.amend(ticket, by=house.dispatcher, words="厨房燃气灶打不着火，有味道", reason="补充", now=HALF)
    swept(HALF + SECOND)

    assert [len(texts) for texts in told().values()] == [1]


def test_paused_and_ended_clocks_climb_no_rung(house):
    paused, ended = ticket_in(C, house), ticket_in(C, house)
    for ticket in (paused, ended):
        replied(ticket, house)
    waiting(paused, house)
    workflow.withdraw(ended, by=house.dispatcher, reason="mistake", now=MONDAY)

    swept(MONDAY + timedelta(days=2))

    assert told() == {}
    assert not Clock.objects.of_staff().exclude(climbs_at=None).exists()


# The work of a run --------------------------------------------------------------------------------------


def test_nothing_due_is_one_question_of_the_index(house, django_assert_num_queries):
    ticket_in(C, house)

    with django_assert_num_queries(1):
        sweeps.climb(HALF)


def test_index_alone_answers_that_nothing_is_due(house):
    ticket_in(C, house)
    with connection.cursor() as cursor:
        cursor.execute(MANY_CLOCKS)
        cursor.execute("ANALYZE tickets_clock")

    with CaptureQueriesContext(connection) as asked:
        sweeps.climb(HALF)

    plan = explained(asked[0]["sql"])
    assert len(asked) == 1
    assert "Index Only Scan using clock_climbs" in plan and "Seq Scan" not in plan, plan


@pytest.mark.parametrize(("tickets", "batch", "batches"), [(2, 20, 1), (6, 20, 1), (6, 5, 3)])
def test_batch_is_one_statement_however_many_it_marks(
    house, django_assert_num_queries, tickets, batch, batches
):
    """Besides: the question, the transaction's two, the lock, three for the people, one for the notices; and one
    batch that finds nothing more."""
    for _ in range(tickets):
        ticket_in(C, house)

    with django_assert_num_queries(9 + batches):
        marked = sweeps.climb(OVER + timedelta(days=6, seconds=1), batch=batch)

    assert marked == 2 * tickets


def test_run_leaves_what_is_too_much_for_it_to_the_next(house, monkeypatch):
    for _ in range(3):
        ticket_in(C, house)
    monkeypatch.setattr(sweeps, "MOST", 2)

    marked = [sweeps.flag_overdue(now=OVER + SECOND, batch=1) for _ in range(3)]

    assert marked == [2, 1, 0]
