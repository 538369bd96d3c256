"""The pages of coming and going, of the code on the wall, and of the hours."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from tests.access.served import Duty
from tests.factories import StationFactory, at, person
from tests.tickets.loop import MONDAY
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers import check_in_codes
from volunteers.models import Assignment, CorrectionRequest, HandOver, ServiceRecord
from volunteers.seating import on_duty
from volunteers.states import Status


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def duty(house):
    return Duty(house)


def wall(station):
    return reverse("volunteers:check_in", args=[check_in_codes.token(station)])


def press(client, url, seat, step, **more):
    return client.post(url, {"seat": seat.pk, "step": step, **more}, follow=True)


def test_reading_the_code_shows_one_button_and_changes_nothing(duty, client_of, house):
    page = client_of(house.volunteer).get(wall(house.station)).content.decode()

    assert page.count('name="step"') == 1 and 'value="in"' in page
    assert Assignment.objects.get(pk=duty.today.pk).status == Status.ACCEPTED


def test_in_then_no_button_to_press_twice_then_out(duty, client_of, house, monday):
    client, url = client_of(house.volunteer), wall(house.station)

    page = press(client, url, duty.today, "in").content.decode()
    assert "已签到" in page and 'value="out"' not in page and 'value="undo"' in page

    monday.shift(timedelta(hours=2))
    page = client.get(url).content.decode()
    assert 'value="out"' in page and "还没到下班时间" in page

    page = press(client, url, duty.today, "out", note="三点有人来还轮椅", sure="1").content.decode()
    record = ServiceRecord.objects.get(assignment=duty.today)
    assert "记了2小时服务时间" in page and reverse("volunteers:record", args=[record.pk]) in page
    assert HandOver.objects.first().words == "三点有人来还轮椅"


@pytest.mark.parametrize(("left", "asks"), [(16, True), (15, False)])
def test_long_before_the_end_going_is_asked_once_more(duty, client_of, house, monday, left, asks):
    client, url = client_of(house.volunteer), wall(house.station)
    press(client, url, duty.today, "in")
    monday.move_to(duty.today.ends_at - timedelta(minutes=left))

    page = press(client, url, duty.today, "out", note="还轮椅").content.decode()

    assert ("离下班还有16分钟，真的要走吗？" in page and 'value="还轮椅"' in page) is asks
    assert (Assignment.objects.get(pk=duty.today.pk).status == Status.CHECKED_IN) is asks


def test_desk_is_asked_before_it_sends_a_colleague_home(duty, client_of, house):
    client, url = client_of(house.lead), reverse("volunteers:attend", args=[duty.today.pk])
    client.post(url, {"step": "in"})

    page = client.post(url, {"step": "out"}).content.decode()

    assert f"离下班还有3小时，{house.volunteer.name}真的要走吗？" in page
    assert Assignment.objects.get(pk=duty.today.pk).status == Status.CHECKED_IN


def test_going_by_mistake_is_taken_back_at_the_wall(duty, client_of, house, monday):
    client, url = client_of(house.volunteer), wall(house.station)
    press(client, url, duty.today, "in")
    monday.shift(timedelta(hours=1))
    press(client, url, duty.today, "out", sure="1")
    page = client.get(url).content.decode()
    assert "今天 11:00已经签退，记了1小时" in page and "撤回签退" in page

    page = press(client, url, duty.today, "undo_out").content.decode()

    assert "还在岗" in page and 'value="out"' in page
    assert Assignment.objects.get(pk=duty.today.pk).status == Status.CHECKED_IN


def test_later_the_wall_says_what_happened_and_offers_nothing(duty, client_of, house, monday):
    client, url = client_of(house.volunteer), wall(house.station)
    press(client, url, duty.today, "in")
    monday.shift(timedelta(hours=1))
    press(client, url, duty.today, "out", sure="1")
    monday.shift(timedelta(minutes=11))

    page = client.get(url).content.decode()

    assert "已经签退，记了1小时" in page and "撤回签退" not in page
    assert press(client, url, duty.today, "undo_out").status_code == 409


def test_board_takes_a_colleagues_going_back(duty, client_of, house, monday):
    client, url = client_of(house.lead), reverse("volunteers:attend", args=[duty.today.pk])
    client.post(url, {"step": "in"})
    monday.shift(timedelta(hours=1))
    page = client.post(url, {"step": "out", "sure": "1"}, follow=True).content.decode()
    assert 'value="undo_out"' in page

    client.post(url, {"step": "undo_out"})

    assert Assignment.objects.get(pk=duty.today.pk).status == Status.CHECKED_IN


def test_my_shifts_lead_home_while_on_duty_even_after_the_end(duty, client_of, house, monday):
    client, mine = client_of(house.volunteer), reverse("volunteers:my_shifts")
    url = reverse("volunteers:attend", args=[duty.today.pk])
    client.post(url, {"step": "in"})
    monday.move_to(duty.today.ends_at + timedelta(minutes=3))
    page = client.get(mine).content.decode()
    assert "走的时候也可以扫墙上的码" in page and f'action="{url}"' in page

    answer = client.post(url, {"step": "out", "from": "mine"}, follow=True)

    assert answer.redirect_chain[-1][0] == mine
    assert "撤回签退" in answer.content.decode()


@pytest.mark.parametrize(
    ("before", "said", "may"),
    [
        (31, "起可以签到：到站后扫墙上的签到码。", False),
        (30, "到站后扫墙上的签到码签到；", True),
        (-170, "到站后扫墙上的签到码签到；", True),
    ],
)
def test_my_shifts_say_how_to_check_in_on_the_day(duty, client_of, house, monday, before, said, may):
    """The button itself stays at the station: at the code on the wall, and at the desk."""
    monday.move_to(duty.today.starts_at - timedelta(minutes=before))

    page = client_of(house.volunteer).get(reverse("volunteers:my_shifts")).content.decode()

    assert said in page
    assert (reverse("volunteers:on_duty", args=[house.station.code]) in page) is may
    assert 'value="in"' not in page


def test_who_was_noted_as_not_come_still_reads_how_to_check_in(duty, client_of, house, monday):
    monday.move_to(duty.today.starts_at + timedelta(minutes=61))
    on_duty.mark_missed()

    page = client_of(house.volunteer).get(reverse("volunteers:my_shifts"))

    assert page.context["own"].next.assignment.status == Status.NO_SHOW
    assert "到站后扫墙上的签到码签到" in page.content.decode()


def test_nothing_served_comes_to_no_hours(client_of, house):
    profile_of(house.volunteer)

    page = client_of(house.volunteer).get(reverse("volunteers:my_records")).content.decode()

    assert page.count("0小时") == 2 and "0分" not in page


def test_why_there_is_no_button_is_said_in_words(house, client_of):
    seat = shift(house.station, MONDAY + timedelta(days=1)).seats.first()
    seated(seat, profile_of(house.volunteer))

    page = client_of(house.volunteer).get(wall(house.station)).content.decode()

    assert "现在没有您的班" in page and "明天 09:30起可以签到" in page


def test_code_of_another_station_lets_nobody_in(duty, client_of, house):
    other = StationFactory(area=house.area)
    client = client_of(house.volunteer)

    assert (
        "现在没有您的班" in client.get(wall(other)).content.decode()
        or "没有班" in client.get(wall(other)).content.decode()
    )
    assert press(client, wall(other), duty.today, "in").status_code == 409
    assert Assignment.objects.get(pk=duty.today.pk).status == Status.ACCEPTED


def test_renewed_code_makes_the_old_paper_worthless(duty, client_of, house):
    old = wall(house.station)
    client_of(house.lead).post(reverse("volunteers:check_in_code", args=[house.station.code]))

    answer = client_of(house.volunteer).get(old)

    assert answer.status_code == 404 and "换过了" in answer.content.decode()
    assert client_of(house.volunteer).get(wall(house.station)).status_code == 200
    assert AuditEntry.objects.filter(detail__contains="换签到码").count() == 1


@pytest.mark.parametrize("token", ["1", "x-y", "9" * 40, "-", "1-AAAAAAAAAAAAAAAAAAAA", "٣-x"])
def test_what_is_no_code_opens_nothing(house, client_of, token):
    assert client_of(house.volunteer).get(reverse("volunteers:check_in", args=[token])).status_code == 404


def test_a_seat_of_somebody_else_is_not_checked_in_at_the_wall(house, client_of):
    theirs = seated(shift(house.station, MONDAY).seats.first(), volunteer(house.station))

    answer = press(client_of(house.volunteer), wall(house.station), theirs, "in")

    assert answer.status_code == 409
    assert Assignment.objects.get(pk=theirs.pk).status == Status.ACCEPTED


def test_desk_checks_in_a_colleague(duty, client_of, house):
    colleague = client_of(volunteer(house.station, name="蒋德明").user)
    board = reverse("volunteers:on_duty", args=[house.station.code])
    assert "签到" in colleague.get(board).content.decode()

    colleague.post(reverse("volunteers:attend", args=[duty.today.pk]), {"step": "in"})

    assert Assignment.objects.get(pk=duty.today.pk).status == Status.CHECKED_IN


@pytest.mark.parametrize("data", [{}, {"step": "fly"}, {"step": "confirm", "at": "xx"}, {"step": "excuse"}])
def test_nonsense_is_answered_with_a_sentence(duty, client_of, house, data):
    answer = client_of(house.lead).post(reverse("volunteers:attend", args=[duty.today.pk]), data)

    assert answer.status_code == 422
    assert Assignment.objects.get(pk=duty.today.pk).status == Status.ACCEPTED


def test_lead_confirms_a_forgotten_check_out(duty, client_of, house):
    url = reverse("volunteers:attend", args=[duty.forgotten.pk])
    board = reverse("volunteers:on_duty", args=[house.station.code])
    assert "签退待确认" in client_of(house.lead).get(board).content.decode()

    client_of(house.lead).post(url, {"step": "confirm", "at": "11:00"})

    assert ServiceRecord.objects.get(assignment=duty.forgotten).minutes == 60


def test_lead_attests_on_the_page_after_the_shift(duty, client_of, house, monday):
    url = reverse("volunteers:attend", args=[duty.today.pk])
    monday.shift(timedelta(hours=4))
    assert "补记服务时间" in client_of(house.lead).get(url).content.decode()
    assert "补记服务时间" not in client_of(house.volunteer).get(url).content.decode()

    client_of(house.lead).post(url, {"step": "attest", "came": "09:50", "went": "12:15"})

    assert ServiceRecord.objects.get(assignment=duty.today).minutes == 135


def test_board_takes_the_same_statements_for_one_and_for_three(
    house, client_of, django_assert_max_num_queries
):
    made = shift(house.station, MONDAY, seats=4)
    seats = list(made.seats.all())
    client, url = client_of(house.lead), reverse("volunteers:on_duty", args=[house.station.code])
    for seat in seats:
        seated(seat, volunteer(house.station))
        with django_assert_max_num_queries(8):
            client.get(url)


def test_own_hours_and_their_sum(duty, client_of, house):
    page = client_of(house.volunteer).get(reverse("volunteers:my_records")).content.decode()

    assert '一共<b class="nw">3小时</b>' in page


def test_volunteer_asks_and_the_lead_answers(duty, client_of, house):
    CorrectionRequest.objects.all().delete()
    url = reverse("volunteers:record", args=[duty.record.pk])
    assert client_of(house.volunteer).post(url, {"words": ""}).status_code == 422
    client_of(house.volunteer).post(url, {"words": "少记了半小时"})
    asked = CorrectionRequest.objects.get()
    assert "少记了半小时" in client_of(house.lead).get(reverse("volunteers:corrections")).content.decode()

    answer = reverse("volunteers:correction", args=[asked.pk])
    client_of(house.lead).post(answer, {"words": "对，补上", "minutes": 210})

    assert "3小时30分" in client_of(house.volunteer).get(url).content.decode()


def test_somebody_elses_record_looks_like_a_missing_one(duty, client_of, house):
    client = client_of(volunteer(house.station).user)

    answers = {client.get(reverse("volunteers:record", args=[pk])).content for pk in (duty.record.pk, 10**9)}

    assert len(answers) == 1


@pytest.mark.parametrize("asked", ["", "?month=2026-11", "?month=nonsense&station=99&volunteer=x&page=zz"])
def test_lead_reads_the_months_hours(duty, client_of, house, asked):
    page = client_of(house.lead).get(reverse("volunteers:hours") + asked).content.decode()

    assert '合计<b class="nw">3小时</b>' in page
    assert "2026年11月" in page


def test_another_month_or_area_shows_nothing(duty, client_of, house):
    hours = reverse("volunteers:hours")
    stranger = person("secretary", area=StationFactory().area)

    for client, asked in ((client_of(house.lead), "?month=2026-10"), (client_of(stranger), "")):
        assert "还没有服务记录" in client.get(hours + asked).content.decode()


def test_workbook_holds_the_records_as_text_and_is_written_down(duty, client_of, house):
    type(house.volunteer).objects.filter(pk=house.volunteer.pk).update(name="=1+1")

    answer = client_of(house.lead).get(reverse("volunteers:hours") + "?format=xlsx")

    sheet = openpyxl.load_workbook(BytesIO(answer.content))["明细"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["H2"].value) == ("=1+1", "s", 180)
    assert sheet.column_dimensions["D"].width > len("2026-11-23") > sheet.column_dimensions["A"].width
    assert AuditEntry.objects.get(action="exported").actor == house.lead


@pytest.mark.parametrize(("who", "sentence"), [("volunteer", "只有本站站长"), ("lead", "签到以后")])
def test_going_of_somebody_who_never_came_is_refused(who, sentence, house, client_of):
    seat = seated(shift(house.station).seats.first(), profile_of(house.volunteer))
    address = reverse("volunteers:attend", args=[seat.pk])

    answer = client_of(getattr(house, who)).post(address, {"step": "confirm", "at": "12:00"})

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_colleagues_day_gone_by_is_the_leads_to_see(house, client_of):
    seat = seated(shift(house.station).seats.first(), volunteer(house.station))
    address = reverse("volunteers:attend", args=[seat.pk])

    with time_machine.travel(at("2026-11-26 09:00")):
        answers = [client_of(who).get(address) for who in (house.volunteer, house.lead, seat.profile.user)]

    assert [answer.status_code for answer in answers] == [404, 200, 200]
