"""A station's pattern with a shift in it, a shift by hand, a closure: what the walk finds of arranging rosters."""

from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from tests.volunteers.patterns import pattern, roster
from tests.volunteers.rosters import profile_of, seated, shift
from volunteers.forms.looked_at import digest_of
from volunteers.models import Closure

AHEAD = timedelta(weeks=3)


class Pattern:
    """`changed` is held by somebody and is at another time than its pattern."""

    def __init__(self, house):
        now = timezone.now()
        self.house = house
        self.roster = roster(house.station, starts_on=timezone.localdate(now))
        self.shift = pattern(house.station, on=self.roster, weekday=(now + AHEAD).weekday(), seats=2)
        start = timezone.localtime(now + AHEAD).replace(hour=14, minute=0, second=0, microsecond=0)
        self.by_hand = shift(house.station, start, seats=2)
        self.changed = shift(house.station, start.replace(hour=8), pattern=self.shift)
        seated(self.changed.seats.first(), profile_of(house.volunteer), now=now)
        self.spare = roster(house.station, starts_on=timezone.localdate(now), name="备用")
        day = timezone.localdate(now) + timedelta(days=40)
        self.closure = Closure.objects.create(
            station=house.station, from_on=day, until_on=day, reason="装修", set_by=house.lead, set_at=now
        )


OF_ROSTER = ("pattern", "edit_pattern", "delete_pattern", "copy_day", "add_shift")
OF_SHIFT = ("edit_shift", "end_shift")
OF_STATION = ("patterns", "generate", "add_pattern", "quick_start", "changed", "closures", "add_one_off")
ROUTES = tuple(
    f"volunteers:{name}"
    for name in (*OF_STATION, *OF_ROSTER, *OF_SHIFT, "withdraw_closure", "edit_shift_of_day")
)
# Those that look like another one are left out.
PAGES = tuple(
    route
    for route in ROUTES
    if route.partition(":")[2] not in ("generate", "add_pattern", "quick_start", "edit_shift")
)


def address(route, there, house):
    """Where the route leads for these, or for nothing that exists in the house (None)."""
    name = route.partition(":")[2]
    code = (there.house if there else house).station.code
    nothing = 10**9
    if name in OF_STATION:
        return reverse(route, args=[code if there else "ZZ99"])
    if name == "edit_shift_of_day":
        return reverse(route, args=[there.by_hand.pk if there else nothing])
    if name == "withdraw_closure":
        return reverse(route, args=[code, there.closure.pk if there else nothing])
    ids = [there.roster.pk, there.shift.pk] if there else [nothing, nothing]
    if there and name == "delete_pattern":
        ids[0] = there.spare.pk
    return reverse(route, args=[code, *ids[: 2 if name in OF_SHIFT else 1]])


def sure(sent):
    """As the second press sends it."""
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return {**sent, "sure": "1", "seen": digest_of(data, sent)}


HOURS = {"first": "09:00", "last": "12:30", "seat_0_who": "lead", "seat_0_need": "needed"}
ROSTER = {"name": "寒假", "cycle_weeks": "1", "starts_on": "2027-01-04"}


def _shift(house, stage, role):
    there = stage.patterns[0]
    return sure({**HOURS, "as_of": stamp(there.shift)})


def stamp(shift):
    """As the form was shown."""
    seats = "-".join(f"{seat.pk}None01" for seat in shift.seats.all())
    return f"{shift.starts_at:%H%M}/{shift.minutes}/1/{seats}"


BODIES = {
    "volunteers:add_pattern": lambda h, s, r: sure(ROSTER),
    "volunteers:edit_pattern": lambda h, s, r: sure(ROSTER),
    "volunteers:copy_day": lambda h, s, r: sure({"days": ["0-5"]}),
    "volunteers:add_shift": lambda h, s, r: sure({**HOURS, "weekdays": ["5"]}),
    "volunteers:edit_shift": _shift,
    "volunteers:changed": lambda h, s, r: {"shift": "all", "do": "keep"},
    "volunteers:closures": lambda h, s, r: sure(
        {"from_on": "2027-01-04", "until_on": "2027-01-05", "reason": "装修"}
    ),
    "volunteers:add_one_off": lambda h, s, r: {
        "on": "2027-01-04", "first": "14:00", "last": "16:00", "needed": 2, "wished": 0,
    },
    "volunteers:edit_shift_of_day": lambda h, s, r: {"do": "cancel", "reason": "停电"},
}  # fmt: skip
