"""The week of a station: what stands where, who reads which names, and that it costs the same however full it is."""

from datetime import date, time

import pytest
import time_machine
from django.urls import reverse

from accounts import people as enrolling
from accounts.permissions import Opening
from stations.models import OpeningHours, Station
from tests.factories import StationFactory, at, person
from tests.volunteers.patterns import pattern
from tests.volunteers.rosters import profile_of, seated, shift, volunteer
from volunteers import generation, outlook, timetable, week
from volunteers.models import Assignment, Closure, Shift

MONDAY = date(2026, 11, 23)
NOW = at("2026-11-24 10:42")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def station(house, clock):
    OpeningHours.objects.bulk_create(OpeningHours(station=house.station, weekday=day) for day in range(7))
    return house.station


def grid(station, reader=None):
    [table] = timetable.read([station], MONDAY, date(2026, 11, 29), now=NOW, names=True)
    return week.build(table, MONDAY, reader=reader or week.Reader(), now=NOW)


def address(station, name="roster", **query):
    return reverse(f"volunteers:{name}", args=[station.code], query=query or None)


def cards(found, weekday):
    return [(card.hours, card.row, card.rows, card.lane, card.is_gap) for card in found.days[weekday].cards]


def test_shift_stands_at_its_half_hours_and_gaps_around_it(station):
    seated(shift(station, at("2026-11-26 12:30"), hours=4).seats.first(), volunteer(station))

    assert cards(grid(station), 3) == [
        ("09:00–12:30", 0, 7, "1-1", True),
        ("12:30–16:30", 7, 8, "1-1", False),
        ("16:30–20:00", 15, 7, "1-1", True),
    ]


def test_days_of_this_week_that_are_over_are_early(station):
    [table] = timetable.read([station], MONDAY, date(2026, 11, 29), now=NOW, names=True)
    [past] = timetable.read([station], date(2026, 11, 16), date(2026, 11, 22), now=NOW, names=True)

    this = week.build(table, MONDAY, reader=week.Reader(), now=NOW)
    before = week.build(past, date(2026, 11, 16), reader=week.Reader(), now=NOW)

    assert [day.date for day in this.early] == [MONDAY]
    assert before.early == []


def test_own_shifts_come_before_the_days(house, station, client_of):
    text = client_of(house.volunteer).get(address(station)).content.decode()

    assert text.index('id="mine"') < text.index('class="fold wk-early') < text.index('id="d2026-11-23"')


def test_shift_that_nobody_took_is_the_gap_itself(station):
    shift(station, at("2026-11-26 12:30"), hours=4)

    found = cards(grid(station), 3)

    assert [hours for hours, *_ in found] == ["09:00–12:30", "12:30–16:30", "16:30–20:00"]
    assert all(is_gap for *_, is_gap in found)


def test_overlapping_shifts_stand_side_by_side(station):
    for start, hours in (("09:00", 3.5), ("11:00", 4), ("12:30", 4), ("18:00", 2)):
        seated(shift(station, at(f"2026-11-26 {start}"), hours=hours).seats.first(), volunteer(station))

    lanes = [(hours, lane) for hours, _, _, lane, is_gap in cards(grid(station), 3) if not is_gap]

    assert lanes == [
        ("09:00–12:30", "2-1"),
        ("11:00–15:00", "2-2"),
        ("12:30–16:30", "2-1"),
        ("18:00–20:00", "1-1"),
    ]


def test_shift_over_midnight_has_a_card_on_both_days(station):
    seated(shift(station, at("2026-11-26 22:00"), hours=4).seats.first(), volunteer(station))

    found = grid(station)

    assert ("22:00–次日02:00", 44, 4, "1-1", False) in cards(found, 3)
    assert ("22:00–次日02:00", 0, 4, "1-1", False) in cards(found, 4)
    assert (found.top, found.rows) == (0, 48)


def test_entries_say_how_each_stands(station):
    made = shift(station, at("2026-11-26 09:00"), seats=[{"is_lead": True}, {}, {}, {"is_needed": False}])
    seats = list(made.seats.all())
    seated(seats[0], volunteer(station, name="陈国平"))
    seated(seats[1], volunteer(station, name="罗建国"), verb="propose")

    [card] = grid(station).days[3].cards[:1]

    assert [(entry.name, entry.word, entry.role) for entry in card.entries] == [
        ("陈国平", "", "带班"),
        ("罗建国", "待确认", ""),
    ]
    assert card.missing == ("缺 1 人",)


@pytest.mark.parametrize(("start", "is_gap"), [("2026-11-26 20:30", True), ("2026-11-26 09:00", False)])
def test_shift_in_which_nobody_is_counts_wherever_it_lies(station, house, client_of, start, is_gap):
    """In the evening, where it is a gap of its own, or beside somebody, where it only lacks people."""
    seated(shift(station, at("2026-11-26 09:00"), hours=11).seats.first(), volunteer(station))
    shift(station, at(start), hours=1.5, seats=1)

    found = grid(station)
    needs = [need.words for need in outlook.of([station], now=NOW)[0].needs]

    assert [card.is_gap for card in found.days[3].cards if card.hours.endswith(("22:00", "10:30"))] == [
        is_gap
    ]
    assert (found.coverage.missing, found.coverage.covered_minutes) == (2, 660)
    words = "11月26日 周四 20:30–22:00 无人" if is_gap else "11月26日 周四 09:00–10:30 缺 1 人"
    assert words in needs


@pytest.mark.parametrize("monday", ["2026-11-16", "2026-12-07"])
def test_week_for_which_no_shifts_are_made_lacks_nobody(station, house, client_of, monday):
    """Whatever was added by hand in it."""
    made = pattern(station, seats=1)
    for day in ("2026-11-25", "2026-12-02"):
        shift(station, at(f"{day} 09:00"), pattern=made)
    seated(shift(station, at(f"{monday} 09:00")).seats.first(), volunteer(station))

    page = client_of(house.lead).get(address(station, week=monday))

    assert page.context["week"].is_unmade and not page.context["week"].coverage.gaps
    assert not any(card.is_gap for day in page.context["week"].days for card in day.cards)
    said = "那时还没有排班" if monday < "2026-11-23" else "这一周还没排到"
    assert said in page.content.decode() and "要紧" not in page.content.decode()


def test_closed_day_has_no_gaps(station, house):
    shift(station, at("2026-11-23 09:00"))
    Closure.objects.create(
        station=station, from_on="2026-11-25", until_on="2026-12-01", reason="装修", set_by=house.lead, set_at=NOW
    )  # fmt: skip

    found = grid(station)

    assert [day.closed_why for day in found.days] == ["", "", "装修", "装修", "装修", "装修", "装修"]
    assert found.coverage.open_minutes == 2 * 660
    assert cards(found, 4) == []


def test_cancelled_shift_is_not_there(station, house):
    made = shift(station, at("2026-11-26 09:00"))
    Shift.objects.filter(pk=made.pk).update(cancelled_at=NOW, cancelled_by=house.lead, cancel_reason="停电")

    assert cards(grid(station), 3) == [("09:00–20:00", 0, 22, "1-1", True)]


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (date(2026, 11, 23), "11月23日—29日"),
        (date(2026, 11, 30), "11月30日—12月6日"),
        (date(2026, 12, 28), "2026年12月28日—2027年1月3日"),
    ],
)
def test_week_is_named_by_its_days(first, title):
    assert week.build(timetable.Timetable(Station()), first, reader=week.Reader(), now=NOW).title == title


def test_page_shows_week_gaps_and_own_shifts(station, house, client_of):
    mine = profile_of(house.volunteer)
    seated(shift(station, at("2026-11-26 09:00")).seats.first(), mine)
    seated(shift(station, at("2026-11-27 09:00")).seats.first(), mine, verb="propose")

    page = client_of(house.volunteer).get(address(station)).content.decode()

    assert "周四 12:30–20:00 无人" in page
    assert "开放 77 小时，已定 3.5 小时" in page
    assert "请您确认" in page
    assert "周四 11月26日 09:00–12:30" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2026-12-03", "11月30日—12月6日"),
        ("", "11月23日—29日"),
        ("9999-12-31", "11月23日—29日"),
        ("x", "11月23日—29日"),
    ],
)
def test_any_day_opens_its_week(station, house, client_of, asked, shown):
    page = client_of(house.lead).get(address(station, week=asked)).content.decode()

    assert f"排班 {shown}" in page


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher", "secretary"])
def test_people_of_the_area_read_it(station, house, client_of, who):
    assert client_of(getattr(house, who)).get(address(station)).status_code == 200


@pytest.mark.parametrize("name", ["roster", "wall"])
def test_others_find_nothing(station, house, client_of, name):
    foreign = client_of(house.outsider)

    assert foreign.get(address(station, name)).status_code == 404
    assert client_of(house.staff).get(address(station, name)).status_code == 403


def test_front_door_leads_to_the_own_station(station, house, client_of):
    for who in (house.volunteer, house.secretary):
        assert client_of(who).get(reverse("volunteers:rosters")).url == address(station)


def test_office_without_stations_reads_so(house, client_of):
    elsewhere = person("dispatcher", area=StationFactory(is_active=False).area)

    page = client_of(elsewhere).get(reverse("volunteers:rosters"))

    assert "这里还没有站点" in page.content.decode()


def test_wall_names_only_who_agreed(station, house, client_of):
    made = shift(station, at("2026-11-26 09:00"))
    for seat, (name, shows) in zip(made.seats.all(), (("刘桂花", True), ("罗建国", False)), strict=True):
        seated(seat, volunteer(station, name=name, shows_name=shows))

    page = client_of(house.lead).get(address(station, "wall")).content.decode()

    assert "刘桂花" in page
    assert "罗建国" not in page
    assert "罗**" in page


def test_wall_says_what_lacks_until_somebody_has_accepted(station, house, client_of):
    held, open_seat = shift(station, at("2026-11-26 09:00")).seats.all()
    seated(held, volunteer(station))
    asked = seated(open_seat, volunteer(station), verb="propose")
    lead = client_of(house.lead)

    before = lead.get(address(station, "wall")).content.decode()
    Assignment.objects.filter(pk=asked.pk).update(status="accepted")
    after = lead.get(address(station, "wall")).content.decode()

    assert "缺 1 人" in before and "缺 1 人" not in after


def test_wall_never_names_the_young(station, house, client_of):
    seat = shift(station, at("2026-11-26 09:00")).seats.first()
    seated(seat, volunteer(station, name="刘小满", shows_name=True, born_on=date(2010, 5, 1)))

    page = client_of(house.lead).get(address(station, "wall")).content.decode()

    assert "刘小满" not in page and "刘**" in page


def test_name_of_another_number_stays_hidden(station, house, client_of):
    """Enrolled under a number that belongs to somebody of another name."""
    stranger = person("volunteer", station=StationFactory(), name="沈秋月")
    opening = Opening("volunteer", station)
    enrolling.enrol(phone=stranger.phone, name="王小明", opening=opening, by=house.lead)
    seated(shift(station, at("2026-11-26 09:00")).seats.first(), profile_of(stranger))

    page = client_of(house.lead).get(address(station)).content.decode()

    assert "沈秋月" not in page
    assert "沈**" in page


@pytest.mark.parametrize("name", ["roster", "wall", "coverage"])
def test_page_asks_the_same_of_the_database_however_full(
    station, house, client_of, django_assert_max_num_queries, name
):
    client = client_of(house.volunteer)
    where = reverse("volunteers:coverage") if name == "coverage" else address(station, name)
    made = [shift(station, at(f"2026-11-{day} 09:00")) for day in (26, 27)]
    seated(made[0].seats.first(), profile_of(house.volunteer))
    client.get(where)
    with django_assert_max_num_queries(12) as one:
        client.get(where)

    for seat in [*made[0].seats.all()[1:], *made[1].seats.all()]:
        seated(seat, volunteer(station))
    Closure.objects.create(
        station=station, from_on="2026-11-25", until_on="2026-11-25", reason="装修", set_by=house.lead, set_at=NOW
    )  # fmt: skip
    with django_assert_max_num_queries(len(one)):
        client.get(where)


def test_coverage_names_the_poorest_station_first(station, house, client_of):
    other = StationFactory(area=house.area, name="和苑九号站")
    OpeningHours.objects.create(station=other, weekday=3, opens_at=time(9), closes_at=time(12))
    for monday in (23, 30):
        seated(shift(other, at(f"2026-11-{monday} 09:00"), hours=3).seats.first(), volunteer(other))

    page = client_of(house.secretary).get(reverse("volunteers:coverage")).content.decode()

    assert "要紧" in page
    assert "11月26日 周四 09:00–12:00 无人" in page


def test_coverage_of_a_week_that_is_not_made_yet_says_so(station, house, client_of):
    pattern(station, seats=1)
    Shift.objects.bulk_create(generation.plan(NOW, weeks=2).new)

    page = client_of(house.lead).get(reverse("volunteers:coverage"))

    [one] = page.context["outlook"]
    assert [row.is_unmade for row in one.weeks] == [False, False, True, True]
    assert page.content.decode().count("还没排到") == 2
    assert max(need.span.day for need in one.needs) == date(2026, 12, 6)


def test_coverage_leads_from_a_gap_to_what_fills_it(station, house, client_of):
    asked = shift(station, at("2026-11-25 09:00"), hours=4)
    seated(asked.seats.first(), volunteer(station), verb="propose")
    shift(station, at("2026-12-02 09:00"), hours=4)

    lead = client_of(house.lead).get(reverse("volunteers:coverage")).content.decode()
    office = client_of(house.secretary).get(reverse("volunteers:coverage")).content.decode()

    assert lead.count("已请1人") == 1 and "on=2026-11-24&amp;first=09:00" in lead
    assert "加一班" not in office and f'{address(station)}?week=2026-11-30">后面还有' in office


def test_coverage_shows_what_is_still_to_come(station, house, client_of):
    lacking = [{"is_lead": True}, {}]
    for day in ("2026-11-23", "2026-11-26"):
        made = shift(station, at(f"{day} 09:00"), hours=11, seats=lacking)
        seated(made.seats.last(), volunteer(station))

    page = client_of(house.lead).get(reverse("volunteers:coverage")).content.decode()

    assert "11月26日 周四 09:00–20:00 缺 1 人，没有带班" in page
    assert "11月23日 周一" not in page


@pytest.mark.parametrize("name", ["patterns", "closures", "changed", "add_one_off"])
def test_pages_of_rosters_are_found_under_their_place(name, house, client_of):
    page = client_of(house.lead).get(reverse(f"volunteers:{name}", args=[house.station.code]))

    assert 'aria-current="true">排班</a>' in page.content.decode()
