"""A volunteer's profile in words, part by part, as the person and the lead read it. Changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from stations import saying
from volunteers import times
from volunteers.models import Profile, ProfileSkill

SOON = timedelta(days=30)
NO_TIMES = "还没有填。填了，排班时就排在有空的时候。"


@dataclass(frozen=True)
class Line:
    """`is_near` is said with a mark: it wants something done."""

    words: str
    is_near: bool = False


@dataclass(frozen=True)
class Part:
    """A card: `key` names the page on which it is changed; without a verb it is not changed from here."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)
    verb: str = "改"


@dataclass(frozen=True)
class Held:
    """One of several, and the key under which it is taken away."""

    key: int
    words: str


def parts(profile: Profile, keys: Mapping[str, "Kind"], *, now: datetime) -> list[Part]:
    """OWN, LEADS or GUESTS, of a profile read `with_all()`."""
    today = timezone.localdate(now)
    return [
        Part(key, title, list(lines(profile, now, today)), verb) for key, (title, lines, verb) in keys.items()
    ]


def skill_words(held: ProfileSkill, today: date) -> Line:
    """电工证，看过原件（有效至2027年3月1日），王建国核对; or that nobody has looked yet, or that it runs out."""
    if held.expires_on and held.expires_on < today:
        return Line(
            f"{held.skill}：{held.proof or '证件'}{saying.day(held.expires_on, today=today)}已过期", True
        )
    if held.checked_at is None and not held.proof:
        unseen = "要看证件，站长还没有核对" if held.skill.needs_proof else "本人说的"
        return Line(f"{held.skill}：{unseen}", held.skill.needs_proof)
    if not held.is_valid(today):
        return Line(f"{held.skill}：还没有写证件", True)
    return Line(
        f"{held.skill}：{_seen(held, today)}", bool(held.expires_on and held.expires_on <= today + SOON)
    )


def _seen(held: ProfileSkill, today: date) -> str:
    bits = [held.proof] if held.proof else []
    if held.expires_on:
        left = (held.expires_on - today).days
        soon = "，今天到期" if left == 0 else f"，还有{left}天" if left <= SOON.days else ""
        bits.append(f"有效至{saying.day(held.expires_on, today=today)}{soon}")
    if held.checked_by:
        bits.append(f"{held.checked_by}核对")
    return "，".join(bits) or "核对过"


def _consents(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    name = str(profile)
    shown = name if profile.shows_name else saying.masked_name(name)
    yield Line(f"门口张贴的值班表：写“{shown}”")
    yield Line(f"同班的志愿者：{'看得到' if profile.shows_phone else '看不到'}电话")
    yield Line("缺人时：可以发消息问" if profile.may_be_called_out else "缺人时：不要问")
    if profile.consented_at:
        yield Line(f"{saying.moment(profile.consented_at, now=now)}确认")
    else:
        yield Line("还没有确认过，按最少公开的来")


def _times(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    found = [
        times.Stretch(a.weekday, a.from_minute, a.until_minute, a.is_wished)
        for a in profile.availabilities.all()
    ]
    yield from (Line(words) for words in times.words(found) or [NO_TIMES])


def _capacity(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    yield Line(f"每月{profile.monthly_hours}小时左右，一周最多{profile.weekly_hours}小时")
    if profile.about:
        yield Line(profile.about)


def _absences(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    coming = [one for one in profile.absences.all() if one.until_on >= today]
    for one in coming:
        reason = f"：{one.reason}" if one.reason else ""
        yield Line(f"{span(one.from_on, one.until_on, today)}{reason}")
    if not coming:
        yield Line("没有请假")


def span(first: date, last: date, today: date) -> str:
    """11月24日（周二）, or the first and the last of several days."""
    start = saying.day(first, today=today)
    return start if first == last else f"{start}到{saying.day(last, today=today)}"


def _skills(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    held = [skill_words(one, today) for one in profile.skills.all()]
    yield from held or [Line("没有写")]


def _guardian(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    if profile.born_on is None:
        yield Line("没有写出生日期，按成年算")
        return
    yield Line(f"{profile.born_on.year}年{saying.month_day(profile.born_on)}出生")
    agreed_on = profile.guardian_consented_on
    if not profile.is_minor(today):
        return
    if agreed_on is None:
        yield Line("未满18岁，监护人还没有同意，现在不能排班", True)
    else:
        told = f"{profile.guardian_name} {profile.guardian_phone}".strip()
        when = saying.day(agreed_on, today=today)
        yield Line(f"未满18岁，监护人{told}{when}同意；只排白天的班，不带班")


def _of_age(profile: Profile, now: datetime, today: date) -> Iterator[Line]:
    """What seats somebody or not, without the birthday, the guardian and the phone."""
    if not profile.is_minor(today):
        yield Line("按成年算")
    elif profile.needs_guardian(today):
        yield Line("未满18岁，监护人还没有同意，现在不能排班", True)
    else:
        yield Line("未满18岁，监护人已经同意；只排白天的班，不带班")


def own_guardian(profile: Profile, *, now: datetime) -> list[Line]:
    """For somebody whose birthday is written down; the lead changes it."""
    return list(_guardian(profile, now, timezone.localdate(now))) if profile.born_on else []


def held(profile: Profile, key: str, today: date) -> list[Held]:
    """What a page can take away again: leave that is not over, skills."""
    if key == "absence":
        coming = [one for one in profile.absences.all() if one.until_on >= today]
        return [
            Held(one.pk, f"{span(one.from_on, one.until_on, today)}{f'：{one.reason}' if one.reason else ''}")
            for one in coming
        ]
    if key == "skill":
        return [Held(one.skill_id, skill_words(one, today).words) for one in profile.skills.all()]
    return []


Lines = Callable[[Profile, datetime, date], Iterator[Line]]
Kind = tuple[str, Lines, str]
OWN: dict[str, Kind] = {
    "times": ("什么时候有空", _times, "改时间"),
    "absence": ("请假", _absences, "请假、撤假"),
    "capacity": ("能来多少", _capacity, "改"),
    "skills": ("会做什么", _skills, "改"),
    "consent": ("公开和联系", _consents, "改"),
}
LEADS: dict[str, Kind] = {
    "times": OWN["times"],
    "absence": OWN["absence"],
    "capacity": OWN["capacity"],
    "skill": ("会做什么", _skills, "核对证件"),
    "guardian": ("出生日期和监护人", _guardian, "改"),
    "consent": ("公开和联系", _consents, "改"),
}
# For the lead of a station where the person came to serve as well.
GUESTS: dict[str, Kind] = {
    **LEADS,
    "guardian": ("成年和监护人", _of_age, ""),
    "consent": ("公开和联系", _consents, ""),
}
TITLES = {key: title for key, (title, _, _) in {**OWN, **LEADS}.items()}
