"""What a volunteer team did: on what terms is said when it is done, and only free work becomes hours."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories import UnitFactory, person
from tests.tickets.loop import MONDAY, ticket_in
from tests.volunteers.rosters import profile_of
from tickets import workflow
from tickets.models import Receipt, TeamJob
from tickets.receipts import token
from tickets.states import Status
from volunteers.models import Member, ServiceRecord, Team

DONE = {"outcome": "solved", "words": "换好了"}


@pytest.fixture
def team(house):
    """红马甲维修队, a unit with two members; the claimant leads it."""
    unit = UnitFactory(area=house.area, name="红马甲维修队", kind="volunteer_team")
    made = Team.objects.create(area=house.area, name="红马甲维修队", unit=unit)
    made.worker = person("unit_staff", unit=unit, name="周师傅")
    made.members.add(
        Member(profile=profile_of(made.worker), is_lead=True),
        Member(profile=profile_of(house.volunteer)),
        bulk=False,
    )
    return made


@pytest.fixture
def ticket(house, team):
    made = house.receive(now=MONDAY)
    workflow.dispatch(made, by=house.dispatcher, unit=team.unit, now=MONDAY)
    workflow.claim(made, by=team.worker, now=MONDAY)
    return made


def done(ticket, team, mode, *, people=2, minutes=40):
    members = [member.profile for member in team.members.all()[:people]]
    job = workflow.Job(mode, minutes, members)
    workflow.resolve(ticket, by=team.worker, job=job, now=MONDAY, **DONE)


def test_free_work_becomes_hours_of_each_who_did_it(ticket, team, house):
    done(ticket, team, "free")

    records = ServiceRecord.objects.all()
    assert [(r.minutes, r.team, r.in_charge, r.organiser) for r in records] == [
        (40, team, "周师傅", house.area.name)
    ] * 2
    assert {r.profile.user for r in records} == {team.worker, house.volunteer}
    assert TeamJob.objects.exclude(record=None).count() == 2


@pytest.mark.parametrize("mode", ["low", "paid"])
def test_paid_work_never_becomes_hours(ticket, team, mode):
    done(ticket, team, mode)

    assert not ServiceRecord.objects.exists()
    assert TeamJob.objects.filter(fee_mode=mode, record=None).count() == 2


@pytest.mark.parametrize("mode", ["low", "paid"])
def test_database_refuses_hours_for_paid_work(ticket, team, mode):
    done(ticket, team, "free", people=1)

    with pytest.raises(IntegrityError, match="team_job_paid_is_no_service"), transaction.atomic():
        TeamJob.objects.update(fee_mode=mode)

    record, profile = ServiceRecord.objects.get(), team.members.last().profile
    TeamJob.objects.update(record=None)
    told = {"ticket": ticket, "round": 1, "profile": profile, "record": record, "at": MONDAY}
    with pytest.raises(IntegrityError, match="team_job_paid_is_no_service"), transaction.atomic():
        TeamJob.objects.create(fee_mode=mode, **told)
    TeamJob.objects.create(fee_mode="free", **told)  # negative control


def test_nobody_named_is_one_row_without_hours(ticket, team):
    done(ticket, team, "free", people=0, minutes=None)

    assert TeamJob.objects.get().profile is None
    assert not ServiceRecord.objects.exists()


@pytest.mark.parametrize(
    ("job", "field"),
    [
        (None, "fee_mode"),
        (workflow.Job("gift"), "fee_mode"),
        (workflow.Job("paid", 0), "minutes"),
        (workflow.Job("paid", 2000), "minutes"),
    ],
)
def test_team_has_to_say_on_what_terms(ticket, team, job, field):
    with pytest.raises(workflow.Invalid) as refusal:
        workflow.resolve(ticket, by=team.worker, job=job, now=MONDAY, **DONE)

    assert refusal.value.field == field
    assert not TeamJob.objects.exists()


def test_somebody_outside_the_team_gets_no_hours(ticket, team, house):
    job = workflow.Job("free", 40, [profile_of(house.lead)])

    with pytest.raises(workflow.Invalid, match="本队"):
        workflow.resolve(ticket, by=team.worker, job=job, now=MONDAY, **DONE)


def test_other_units_are_not_asked(house, client_of):
    ticket = ticket_in(Status.CLAIMED, house)
    url = reverse("tickets:resolve", args=[ticket.number])

    assert "fee_mode" not in client_of(house.staff).get(url).content.decode()
    workflow.resolve(ticket, by=house.staff, now=MONDAY, job=workflow.Job("free", 40), **DONE)
    assert not TeamJob.objects.exists()
    assert "fee_mode" not in ticket.events.get(verb="resolve").data


def test_form_asks_the_team_and_keeps_what_was_typed(ticket, team, client_of, house):
    client, url = client_of(team.worker), reverse("tickets:resolve", args=[ticket.number])
    chosen = [member.profile_id for member in team.members.all()]
    page = client.get(url).content.decode()
    assert "收费吗" in page and "周师傅" in page

    refused = client.post(url, {**DONE, "done_by": chosen, "minutes": "x"})
    assert refused.status_code == 422 and "请选收不收费" in refused.content.decode()
    short = client.post(url, {**DONE, "fee_mode": "free", "done_by": chosen})
    assert short.status_code == 422 and "记进服务时间" in short.content.decode()
    client.post(url, {**DONE, "fee_mode": "free", "done_by": chosen, "minutes": 40})

    assert ServiceRecord.objects.count() == 2


def test_second_press_with_another_fee_or_other_people_is_not_lost_in_silence(ticket, team, client_of):
    client, url = client_of(team.worker), reverse("tickets:resolve", args=[ticket.number])
    both = [member.profile_id for member in team.members.all()]
    first = {**DONE, "fee_mode": "free", "done_by": both, "minutes": 40}
    others = [{**first, "fee_mode": "paid"}, {**first, "minutes": 50}, {**first, "done_by": both[:1]}]

    answers = [client.post(url, form).status_code for form in (first, first, *others)]

    assert answers == [302, 302, 409, 409, 409]


def test_member_of_another_team_is_refused_like_a_missing_one(ticket, team, client_of, house):
    url = reverse("tickets:resolve", args=[ticket.number])
    told = {**DONE, "fee_mode": "free", "minutes": 40}

    pages = [
        client_of(team.worker).post(url, {**told, "done_by": pk}) for pk in (profile_of(house.lead).pk, 10**9)
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert all("请选本队的队员" in page.content.decode() for page in pages)
    assert not TeamJob.objects.exists()


@pytest.mark.parametrize(
    ("mode", "staff", "resident"), [("free", "免费，每人40分钟", "不收费"), ("paid", "有偿", "按说好的收费")]
)
def test_terms_stand_on_the_ticket_and_on_the_receipt(ticket, team, client_of, client, mode, staff, resident):
    done(ticket, team, mode)

    page = client_of(team.worker).get(ticket.get_absolute_url()).content.decode()
    receipt = Receipt.objects.get(reporter__ticket=ticket)
    sheet = client.get(reverse("tickets:track", args=[token(receipt)]), follow=True).content.decode()

    assert staff in page and resident in sheet
