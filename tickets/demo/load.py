"""Loads the demo into an empty database, once, in one transaction; the random numbers are seeded.

The three communities go through the workflow; `tickets` beyond them are volume for measuring (volume.py).
"""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from stations import locks, workdays
from stations.models import Area, Station
from tickets import calendaring, revealing, sweeps
from tickets.demo import (
    alliance,
    history,
    live,
    people,
    places,
    rosters,
    sign_ins,
    station_life,
    volume,
    wall,
)
from tickets.demo.moments import nights_before
from tickets.demo.replay import SWEEP_AFTER, Replay
from tickets.models import Reporter, Ticket
from tickets.reconciling import nightly
from tickets.reports import tallying

SEED = 20260915
CLOSED_THIS_WEEK = 6
UNREAD = 3
NIGHTS = 4
READ_AFTER = timedelta(minutes=20)


class NotEmpty(Exception):
    """Somebody else's places are in this database; the demo does not mix with them."""


def load(*, now: datetime, tickets: int = 0) -> list[str]:
    """Bring in what is missing and say what was done, in sentences; all of it or nothing."""
    with transaction.atomic():
        locks.wait_for(locks.Lock.DEMO)  # two loads at once must not both find an empty database
        said = [_communities(now)]
        if tickets:
            said.append(_volume(now, tickets))
    return said


def is_loaded() -> bool:
    return Area.objects.filter(name=places.DISTRICT, kind=Area.Kind.DISTRICT).exists()


def _communities(now) -> str:
    if is_loaded():
        return "演示数据已经在了，没有改动。"
    if Station.objects.exists():
        raise NotEmpty
    homes = places.build_all()
    people.staff_all(homes, now=now)
    alliance.fill(homes, now)
    Replay(_plans(homes, now), places.categories(), now).run()
    _beside_tickets(homes, now)
    rosters.fill(homes, now=now)
    sweeps.flag_overdue(now=now - SWEEP_AFTER)
    tallying.tally(now=now, most=len(homes))  # the newest month; the worker goes on with the others
    for moment in nights_before(now, NIGHTS):
        nightly.run(now=moment)
    _order_notices(now)
    return f"演示数据已生成：{len(homes)}个社区，{Ticket.objects.count()}张工单。"


def _plans(homes, now):
    rng = Random(SEED)
    estate, *others = homes
    deck = history.Deck(rng)
    plans = [
        *history.of_estate(estate, deck, rng, now),
        *live.closed_this_week(estate, deck, rng, now, CLOSED_THIS_WEEK),
        *live.of_estate(estate, rng, now),
    ]
    for home in others:
        deck = history.Deck(rng)
        plans += history.elsewhere(home, deck, rng, now)
        plans += live.closed_this_week(home, deck, rng, now, 2)
        plans += live.elsewhere(home, deck, rng, now)
    return plans


def _beside_tickets(homes, now) -> None:
    """What goes on at the desks, and who has looked at a resident's number."""
    rng = Random(SEED)
    for home in homes:
        station_life.fill(home, rng, now)
        wall.fill(home, now, many=home is homes[0])
    _close_a_day(homes[0].area, now)
    secretary = User.objects.get(phone=sign_ins.SECRETARY.phone)
    rated = Reporter.objects.of(Ticket.objects.in_area(homes[0].area).done()).exclude(phone="")
    for reporter, reason in zip(rated.order_by("-pk")[:2], ("call_back", "check"), strict=True):
        revealing.reveal(reporter, by=secretary, reason=reason, now=now - 2 * READ_AFTER)


def _close_a_day(area, now) -> None:
    """A working day in some weeks on which the community's office is closed, so far off that no limit runs over it."""
    dispatcher = User.objects.get(phone=sign_ins.DISPATCHER.phone)
    day = workdays.working_days_from(timezone.localdate(now) + timedelta(days=20), 1, area=area)[0]
    calendaring.close_day(area, day, reason="社区换届选举投票", by=dispatcher, now=now - timedelta(days=1))


def _volume(now, tickets) -> str:
    if volume.is_loaded():
        return "测试用的大批工单已经在了，没有改动。"
    wanted = tickets - Ticket.objects.count()
    if wanted <= 0:
        return "工单已经够数，没有再加。"
    volume.load(Random(SEED), count=wanted, now=now)
    sweeps.flag_overdue(now=now - SWEEP_AFTER)
    return f"另加{len(volume.NAMES)}个社区、{wanted}张测试工单，共{tickets}张。"


def _order_notices(now) -> None:
    """As they would have been written, one after the other; everybody has read all but the newest few."""
    told = sorted(Notice.objects.all(), key=lambda notice: (notice.created_at, notice.pk))
    newest = Counter()
    for notice in reversed(told):
        notice.pk = None
        newest[notice.recipient_id] += 1
        if newest[notice.recipient_id] > UNREAD:
            notice.read_at = min(now, notice.created_at + READ_AFTER)
    Notice.objects.all().delete()
    Notice.objects.bulk_create(told, batch_size=1000)
