"""Raw SQL against every invariant: the database itself refuses, whatever the application forgets.

Each unique rule, check, foreign key, column that must be filled and append-only table of our apps is tried;
what is added later is tried by itself, but a check without an attempt fails `test_every_check_has_an_attempt`.
"""

import json
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from accounts.models import Attempt, AuditEntry
from notices.models import Delivery, Preference, Robot
from stations import lending, stock, visiting
from stations.models import CalendarYear, Facility, LocalDay, OpeningHours, SupplyChange
from tests.factories import House
from tests.tickets import ledgers
from tests.tickets.loop import MONDAY, ticket_in
from tests.volunteers import every_table
from tickets.models import (
    Apart,
    Event,
    Heartbeat,
    LookupFailure,
    Photo,
    Reconciliation,
    TeamJob,
    Ticket,
    WallEntry,
)
from tickets.reports import tallying
from tickets.states import Status
from volunteers.models import AssignmentEvent, Correction, HandOver, ServiceRecord

OURS = ("tickets", "volunteers", "notices", "accounts", "stations")
MODELS = [  # the table of sessions is Django's
    model
    for label in OURS
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
    if model._meta.managed
]
UNIQUE = [
    (model, rule.name, tuple(rule.fields))
    for model in MODELS
    for rule in model._meta.constraints
    if isinstance(rule, models.UniqueConstraint) and rule.fields
] + [
    (model, field.column, (field.name,))
    for model in MODELS
    for field in model._meta.local_fields
    if field.unique and not field.primary_key
]
COLUMNS = [
    (model, field)
    for model in MODELS
    for field in model._meta.local_fields
    if not (field.primary_key or field.generated)
]
APPEND_ONLY = (Event, AuditEntry, SupplyChange, AssignmentEvent, Correction, HandOver, ServiceRecord)

# One way to break each check among the rows of `full`.
BREAKING = {
    "apart_in_order": "UPDATE tickets_apart SET one_id = other_id, other_id = one_id",
    "area_district_is_root": "UPDATE stations_area SET kind = 'district' WHERE parent_id IS NOT NULL",
    "area_office_opens_before_closes": "UPDATE stations_area SET office_closes = office_opens",
    "category_emergency_has_number": "UPDATE tickets_category SET emergency_hours = 2, emergency_call = ''",
    "clock_days_or_hours": "UPDATE tickets_clock SET hours = 2 WHERE kind = 'resolve'",
    "clock_only_resolve_pauses": "UPDATE tickets_clock SET paused_at = now() WHERE kind = 'reply'",
    "clock_due_after_start": "UPDATE tickets_clock SET due_at = starts_at - interval '1 second'",
    "delivery_ends_once": "UPDATE notices_delivery SET state = 'sent'",
    "delivery_has_a_receiver": "UPDATE notices_delivery SET person_id = NULL",
    "ledger_rows_add_up": "UPDATE tickets_ledgerimport SET total = total + 1",
    "ledger_state_known": "UPDATE tickets_ledgerimport SET state = 'lost'",
    "local_day_has_a_reason": "UPDATE stations_localday SET reason = ''",
    "loan_due_after_lent": "UPDATE stations_loan SET due_at = lent_at",
    "loan_of_something": "UPDATE stations_loan SET quantity = 0",
    "loan_returned_to_somebody": "UPDATE stations_loan SET returned_at = now()",
    "opening_hours_open_before_close": "UPDATE stations_openinghours SET closes_at = opens_at",
    "photo_stage_known": "UPDATE tickets_photo SET stage = 'lost'",
    "photo_ticket_or_draft": "UPDATE tickets_photo SET ticket_id = NULL",
    "post_scope_fits_role": "UPDATE accounts_post SET role = 'admin' WHERE role = 'volunteer'",
    "reply_promise_if_solvable": "UPDATE tickets_reply SET promised_on = NULL WHERE solvable = 'yes'",
    "robot_has_an_address": "UPDATE notices_robot SET address = ''",
    "rule_limits_in_range": "UPDATE tickets_rule SET reply_days = 61",
    "rule_unit_or_kind": "UPDATE tickets_rule SET unit_id = (SELECT min(id) FROM stations_unit)",
    "team_job_fee_known": "UPDATE tickets_teamjob SET fee_mode = 'lost', record_id = NULL",
    "team_job_paid_is_no_service": "UPDATE tickets_teamjob SET fee_mode = 'paid'",
    "team_job_record_names_a_person": "UPDATE tickets_teamjob SET profile_id = NULL",
    "ticket_claimed_has_claimant": "UPDATE tickets_ticket SET status = 'claimed', claimant_id = NULL",
    "ticket_closed_has_time": "UPDATE tickets_ticket SET status = 'closed', closed_at = NULL",
    "ticket_dispatched_is_units": "UPDATE tickets_ticket SET status = 'dispatched', unit_id = NULL",
    "telling_by_somebody": "UPDATE tickets_telling SET channel = 'link' WHERE by_id IS NOT NULL",
    "ticket_merged_has_master": "UPDATE tickets_ticket SET merged_into_id = id WHERE status <> 'merged'",
    "ticket_received_is_dispatchers": "UPDATE tickets_ticket SET status = 'received'",
    "ticket_status_known": "UPDATE tickets_ticket SET status = 'lost'",
    "visit_kind_known": "UPDATE stations_visit SET kind = 'lost'",
    "visit_undone_by_somebody": "UPDATE stations_visit SET undone_at = now()",
    "wall_entry_judged_by_somebody": "UPDATE tickets_wallentry SET judged_by_id = NULL",
    "wall_entry_published_is_coarse": "UPDATE tickets_wallentry SET span = ''",
    "wall_entry_refused_for_a_reason": "UPDATE tickets_wallentry SET state = 'refused', reason = ''",
    "wall_entry_two_people": "UPDATE tickets_wallentry SET judged_by_id = written_by_id",
    "wall_entry_withdrawn_by_somebody": "UPDATE tickets_wallentry SET state = 'withdrawn'",
    **every_table.BREAKING,
}
# Where a copied row would break a second rule first.
ASIDE = {
    "receipt_version_once": {"revoked_at": MONDAY},
    "receipt_token_once": {"version": 2, "revoked_at": MONDAY},
    "receipt_code_once": {"version": 2, "revoked_at": MONDAY},
    **every_table.ASIDE,
}


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Written once for all attempts, each of which is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(House())
        transaction.set_rollback(True)


@pytest.fixture
def full(filled, db):
    """What an attempt does to it is undone with the attempt's own transaction."""
    return filled


def fill(house):
    """At least one row in every table of ours."""
    ticket = ticket_in(Status.CLOSED, house)
    ticket.reporters.update(submission_id=uuid.uuid4())
    pictured(ticket, house)
    tallying.tally(now=MONDAY)
    other = house.receive(now=MONDAY)
    Apart.objects.create(one=ticket, other=other, by=house.dispatcher, at=MONDAY)
    at_the_desk(house)
    outside(house)
    worked_days(house)
    upkept(house, ticket)
    told(house, ticket)
    OpeningHours.objects.create(station=house.station, weekday=0)
    Facility.objects.create(station=house.station, kind="water")
    AuditEntry.objects.create(action="sign_in", actor=house.staff)
    Attempt.objects.create(key="k", failures=1, since=MONDAY, blocked_until=MONDAY)
    LookupFailure.objects.create(key="k", failures=1, until=MONDAY)
    served(house, ticket)
    ledgers.kept(house)
    Ticket.objects.update(external_id=Concat(Value("G-"), Cast("pk", models.CharField())))
    return house


def told(house, ticket):
    """Something on the wall, written by one and approved by another."""
    text = {"title": "楼道灯不亮", "words": "换了声控灯", "state": "published", "span": "ever"}
    when = {"written_at": MONDAY, "judged_at": MONDAY, "changed_at": MONDAY, "month": MONDAY.date()}
    who = {"written_by": house.dispatcher, "judged_by": house.secretary}
    WallEntry.objects.create(ticket=ticket, area=house.area, round=1, **text, **when, **who)


def served(house, ticket):
    record = every_table.fill(house)
    TeamJob.objects.create(
        ticket=ticket, round=1, profile=record.profile, fee_mode="free", minutes=120, record=record, at=MONDAY
    )


def outside(house):
    """Somebody and a unit's group are told outside the house."""
    Preference.objects.create(person=house.staff)
    Robot.objects.create(unit=house.unit, address="https://example.org", saved_by=house.unit_lead)
    Delivery.objects.create(
        channel="email", person=house.staff, effect="event:1", text="派给您", due_at=MONDAY
    )


def worked_days(house):
    """A year's notice with a day of it, and a day of the community's own."""
    year = CalendarYear.objects.create(
        year=2026, source="notice", loaded_at=MONDAY, loaded_by=house.dispatcher
    )
    year.days.create(date=MONDAY.date(), works=True)
    LocalDay.objects.create(
        area=house.area,
        date=MONDAY.date(),
        works=False,
        reason="停电",
        set_at=MONDAY,
        set_by=house.dispatcher,
    )


def upkept(house, ticket):
    """A job that has run, and a night in which something did not agree."""
    Heartbeat.objects.create(name="beat")
    night = Reconciliation.objects.create(
        day=MONDAY.date(), started_at=MONDAY, finished_at=MONDAY, checked={"numbers": [1, 1]}
    )
    night.findings.create(check_code="numbers", area=house.area, ticket=ticket, words="缺号")


def pictured(ticket, house):
    sizes = {"width": 1, "height": 1, "bytes": 1}
    Photo.objects.create(name="p", ticket=ticket, stage="received", by=house.volunteer, at=MONDAY, **sizes)


def at_the_desk(house):
    """Somebody comes for water, and a thing is lent, which counts a visit and changes the stock."""
    by, key = house.volunteer, uuid.uuid4()
    supply = stock.add_supply(house.station, name="充电器", stock=2, is_lendable=True, key=key, by=by)
    due_at = MONDAY + timedelta(hours=1)
    visiting.tap(house.station, "water", key=uuid.uuid4(), by=by, now=MONDAY)
    lending.lend(supply, by=by, submission_id=uuid.uuid4(), due_at=due_at, now=MONDAY)


def test_every_table_is_filled(full):
    empty = [model.__name__ for model in MODELS if not model.objects.exists()]

    assert empty == []


def test_every_check_has_an_attempt():
    checks = {c.name for m in MODELS for c in m._meta.constraints if isinstance(c, models.CheckConstraint)}

    assert checks == set(BREAKING)


@pytest.mark.parametrize("name", BREAKING)
def test_check_refuses(full, name):
    breaking = BREAKING[name]
    statement = breaking if isinstance(breaking, str) else every_table.copied(breaking[0], **breaking[1])

    with pytest.raises(IntegrityError) as refusal:
        run(statement)

    assert name in str(refusal.value)


@pytest.mark.parametrize(("model", "name", "fields"), UNIQUE, ids=str)
def test_unique_rule_refuses_a_second_row(full, model, name, fields):
    row = {**fresh_where_others_are_unique(model, fields), **ASIDE.get(name, {})}

    with pytest.raises(IntegrityError, match="unique") as refusal:
        insert(model, row)

    assert name in str(refusal.value)


def test_flag_is_refused_twice_for_one_due_moment(full):
    flag = {"kind": "reply", "due_at": "2026-11-24T02:00:00.000000+00:00"}
    row = fresh_where_others_are_unique(Event, ()) | {"verb": "flag", "data": json.dumps(flag)}
    insert(Event, row | {"verb": "tell"})
    insert(Event, row)

    with pytest.raises(IntegrityError, match="event_flag_once"):
        insert(Event, row)


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=str)
def test_column_refuses_nothing_and_strangers(full, model, field):
    table, column = model._meta.db_table, field.column

    if not field.null:
        with pytest.raises(IntegrityError):
            run(f'UPDATE {table} SET "{column}" = NULL')  # noqa: S608
    if field.is_relation:
        with pytest.raises(IntegrityError):
            run(f'UPDATE {table} SET "{column}" = -1')  # noqa: S608


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_history_is_append_only(full, model, statement):
    before = list(model.objects.values())

    with pytest.raises(DatabaseError, match="append-only"):
        run(statement.format(model._meta.db_table))

    assert before and list(model.objects.values()) == before


def test_ticket_with_history_cannot_be_deleted(full):
    with pytest.raises(IntegrityError):
        run("DELETE FROM tickets_ticket")

    assert Ticket.objects.count() == 2


def test_attempts_would_pass_where_there_is_no_rule(full):
    """Negative control: the same machinery changes what no rule forbids."""
    run("UPDATE tickets_ticket SET place = '二楼转角'")
    insert(Ticket, fresh_where_others_are_unique(Ticket, ()))

    assert Ticket.objects.count() == 3
    assert set(Ticket.objects.values_list("place", flat=True)) == {"二楼转角"}


def run(statement, values=None):
    """In a savepoint, with the deferred rules asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


def insert(model, row):
    columns = ", ".join(f'"{name}"' for name in row)
    holes = ", ".join(["%s"] * len(row))
    run(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({holes})", list(row.values()))  # noqa: S608


def fresh_where_others_are_unique(model, fields) -> dict:
    """A copy of a row of the table that only the unique rule over `fields` should refuse."""
    columns = [f for f in model._meta.local_fields if not (f.generated or f.primary_key and f.name == "id")]
    source = model.objects.values(*[f.attname for f in columns if f.attname != "search"]).last()
    row = {model._meta.get_field(name).column: value for name, value in source.items()}
    row |= {f.column: json.dumps(row[f.column]) for f in columns if isinstance(f, models.JSONField)}
    others = [set(names) - set(fields) for _, _, names in rules_of(model) if set(names) != set(fields)]
    for names in filter(None, others):
        field = model._meta.get_field(sorted(names)[0])
        row[field.column] = fresh(field, row[field.column])
    return row


def rules_of(model):
    return [rule for rule in UNIQUE if rule[0] is model]


def fresh(field, value):
    if field.is_relation:
        return field.related_model.objects.exclude(pk=value).values_list("pk", flat=True).last()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.DateField):
        return value + timedelta(days=1)
    return value + 1 if isinstance(value, int) else f"{value}"[:3] + uuid.uuid4().hex[:5]
