"""Who is told of a place in a shift, and when nobody has to answer any more.

What asks for a step (请您值班, 找替班) is settled for everybody once the step is taken or needed no more. Notices name
volunteers and times, never a phone and never a resident.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post, User
from notices.models import Notice
from stations.models import Station
from volunteers import timetable
from volunteers.models import (
    Asking,
    Assignment,
    AssignmentEvent,
    Profile,
    Seat,
    Shift,
    StandingAssignment,
    Waiting,
)

# After these a seat that somebody had is free.
FREEING = ("seek_standin", "withdraw", "call_off", "excuse", "be_covered", "ask_again")


def tell(
    event: AssignmentEvent,
    people: Iterable[int],
    sentence: str,
    *,
    asks: bool = False,
    about: Shift | None = None,
    url: str = "",
) -> None:
    """Post it to these user ids, but not to who did it; `about` is the shift, where it is not at hand.

    It leads to the shift's page, or to `url`. What `asks` is settled with the next step of the place.
    """
    effect, url = _effect(event.pk, asks=asks), url or address(about or event.assignment.seat.shift)
    Notice.objects.tell(set(people) - {event.by_id}, effect, sentence[:200], url, now=event.at)


def ask_standin(event: AssignmentEvent, people: Iterable[int], sentence: str) -> None:
    """找替班: once for a place and day; taken back and asked again on that day, the same notice asks once more."""
    told, effect = set(people) - {event.by_id}, _standin(event)
    Notice.objects.unsettle(effect, told)
    Notice.objects.tell(told, effect, sentence, address(event.assignment.seat.shift), now=event.at)


def first_event(assignment: Assignment) -> AssignmentEvent:
    """Of a row that has just begun."""
    return assignment.events.get()


def settle(assignment: Assignment, *, now: datetime) -> None:
    """What was asked about this place is answered, or needed no more."""
    events = list(assignment.events.all())
    sought = {_standin(event) for event in events if event.verb == "seek_standin"}
    Notice.objects.settle([*(_effect(event.pk, asks=True) for event in events), *sought], now=now)


def tell_waiting(waiting: Waiting, sentence: str, *, now: datetime) -> None:
    """That somebody else put the person on the list."""
    effect = f"roster:listed:{waiting.pk}"
    Notice.objects.tell([waiting.profile.user_id], effect, sentence, address(waiting.shift), now=now)


def ask_waiting(waiting: Waiting, profile: Profile, shift: Shift, sentence: str, *, now: datetime) -> None:
    """Once for each place in the list and each time that a seat of the shift comes free."""
    freed = AssignmentEvent.objects.filter(verb__in=FREEING, assignment__seat__in=Seat.objects.open())
    last = freed.filter(assignment__seat__shift=shift).aggregate(last=Max("pk"))["last"] or 0
    Notice.objects.tell([profile.user_id], _waiting(waiting.pk, last), sentence, address(shift), now=now)


def settle_waiting(keys: Iterable[int], *, now: datetime) -> None:
    keys = list(keys)
    freed = AssignmentEvent.objects.filter(verb__in=FREEING, assignment__seat__shift__waiting__in=keys)
    asked = freed.values_list("assignment__seat__shift__waiting", "pk")
    Notice.objects.settle([_waiting(*one) for one in (*((key, 0) for key in keys), *asked)], now=now)


def called(asking: Asking) -> str:
    """The effect under which somebody is asked to fill a gap."""
    return f"roster:called:{asking.pk}"


def settle_called(askings: Iterable[Asking], *, now: datetime) -> None:
    Notice.objects.settle([called(asking) for asking in askings], now=now)


def tell_standing(standing: StandingAssignment, what: str, sentence: str, *, now: datetime) -> None:
    """The person whom it binds."""
    effect = f"roster:standing:{standing.pk}:{what}"
    Notice.objects.tell(
        [standing.profile.user_id], effect, sentence, reverse("volunteers:my_shifts"), now=now
    )


def tell_leads(shift: Shift, effect: str, sentence: str, *, now: datetime) -> None:
    """The leads of the shift's station, once for an effect."""
    tell_of(shift, effect, leads_of(shift.station), sentence, now=now)


def tell_of(shift: Shift, effect: str, people: Iterable[int], sentence: str, *, now: datetime) -> None:
    Notice.objects.tell(people, f"roster:{effect}", sentence, address(shift), now=now)


def name_of(user: User, station: Station) -> str:
    """As the people of the station may read it."""
    return timetable.name_of(user, timetable.masked_at(station))


def leads_of(station: Station) -> set[int]:
    posts = Post.objects.active().as_role(Post.Role.STATION_LEAD)
    return set(posts.filter(station=station).values_list("user", flat=True))


def address(shift: Shift) -> str:
    return reverse("volunteers:shift", args=[shift.pk])


def _effect(event_id: int, *, asks: bool) -> str:
    return f"roster:{'ask' if asks else 'event'}:{event_id}"


def _standin(event: AssignmentEvent) -> str:
    return f"roster:ask:standin:{event.assignment_id}:{timezone.localdate(event.at)}"


def _waiting(key: int, freed: int) -> str:
    return f"roster:waiting:{key}:{freed}"
