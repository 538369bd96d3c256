"""Volume is written past the verbs; these tests hold it to what the verbs would have written."""

from itertools import islice
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from stations.models import Station
from tests.factories import at
from tests.tickets import demo_checks
from tickets.demo import people, places, volume
from tickets.demo.replay import Replay
from tickets.demo.rows import Rows
from tickets.models import Clock, Counter, Event, Rating, Reply, Reporter, TeamJob, Ticket

pytestmark = pytest.mark.slow

NOW = at("2026-11-24 10:42")
DRAWN = {
    Ticket: {"id", "submission_id"},
    Reporter: {"id", "submission_id"},
    Clock: {"id", "told_half_at", "told_warn_at", "climbs_at"},  # the sweeps of other tickets come by as well
    Event: {"id"},
    Reply: {"id"},
    Rating: {"id"},
    TeamJob: {"id"},
    Counter: {"id"},
}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """2,000 tickets of volume and no others: the three communities have their own tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        places.build_street()
        volume.load(Random(7), count=2000, now=NOW)
        yield
        transaction.set_rollback(True)


def stored():
    """All rows that do not depend on chance or on primary keys, ticket by ticket."""
    return {model: sorted(map(repr, rows(model, left_out))) for model, left_out in DRAWN.items()}


def rows(model, left_out):
    """Keys into tables that both ways fill are replaced by what they stand for."""
    keys = {"ticket_id": "ticket__number", "reporter_id": "reporter__ticket__number"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
    found = model.objects.values_list(*[keys.get(name, name) for name in names])
    return [[_without_key(value) for value in row] for row in found]


def _without_key(value):
    """An event's data names the reporter by key; here it is enough that it does."""
    return {**value, "reporter": "named"} if isinstance(value, dict) and "reporter" in value else value


def plans_near_now(homes, count):
    """Old ones, and enough recent ones that every status occurs."""
    rng = Random(3)
    old = list(islice(volume._plans(rng, homes, count, NOW), count))
    return sorted(old + recent(rng, homes, count), key=lambda plan: plan.received_at)


def recent(rng, homes, count):
    found = volume._plans(rng, homes, 40 * count, NOW)
    return [plan for plan in found if (NOW - plan.received_at).days < 12][:count]


def test_rows_equal_what_the_verbs_write(db):
    homes = places.build_all()
    people.staff_all(homes, now=NOW)
    plans, categories = plans_near_now(homes, 60), places.categories()
    try:
        with transaction.atomic():
            Replay(plans, categories, NOW).run()
            by_verbs = stored()
            raise transaction.TransactionManagementError
    except transaction.TransactionManagementError:
        assert not Ticket.objects.exists()

    Rows(Random(1), categories, count=len(plans), now=NOW).write(plans)

    by_rows = stored()
    for model in DRAWN:
        assert by_rows[model] == by_verbs[model], model


def test_volume_keeps_every_rule_of_the_loop(loaded):
    demo_checks.check_all(NOW)


def test_volume_spreads_over_twenty_stations_and_two_years(loaded):
    days = Ticket.objects.values_list("received_on", flat=True)

    assert Ticket.objects.count() == 2000
    assert Ticket.objects.values("station").distinct().count() == Station.objects.count() == 20
    assert (max(days) - min(days)).days > 700
    assert set(Ticket.objects.values_list("status", flat=True)) >= {
        "received",
        "claimed",
        "closed",
        "withdrawn",
    }


def test_volume_is_found_by_search(loaded):
    found = Ticket.objects.matching("漏水").first()

    assert "漏水" in found.words + found.title


def test_volume_is_the_same_each_time(db):
    street = places.build_street()
    homes = [volume.community(1, "春晖", street)]
    people.staff_community(people.Cast(NOW), homes[0], volunteers=3)

    first, second = (list(volume._plans(Random(5), homes, 20, NOW)) for _ in range(2))

    assert first == second


def test_second_load_of_volume_changes_nothing(loaded, capsys, monkeypatch):
    monkeypatch.setattr("tickets.demo.load.is_loaded", lambda: True)

    call_command("load_demo", tickets=5000, now=NOW.isoformat())

    assert "测试用的大批工单已经在了，没有改动。" in capsys.readouterr().out
    assert Ticket.objects.count() == 2000
