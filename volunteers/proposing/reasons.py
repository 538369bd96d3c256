"""Why a seat was proposed to somebody, or to nobody, in words; how even the load is, as rows of a table."""

from dataclasses import dataclass

from volunteers.fair.given import Evenness, Given, Left, Reason
from volunteers.proposing.drafting import Draft
from volunteers.proposing.loading import Facts

HOUR = 60
RANKS = {2: "二", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九", 10: "十"}
MANY = 4  # reasons named of an open seat

_NOBODY = {
    Reason.SKILL: "没有“{skill}”技能或有效的证件",
    Reason.LEAD: "还不能带班",
    Reason.CAPACITY: "不想被问或没留时间",
    Reason.DECLINED: "说过去不了",
    Reason.UNSAID: "没填有空的时间",
    Reason.ABSENT: "请假",
    Reason.UNAVAILABLE: "那时没空",
    Reason.OVERLAP: "那时有别的班",
    Reason.REST: "离前后一天的班不到11小时",
    Reason.DAY: "那天已满8小时",
    Reason.WEEK: "那一周已排满",
}


def why(given: Given, facts: Facts) -> str:
    """有空、有“理发”技能；近12周值过8小时，已排3.5小时，这次请3.5小时；能来的12人里，请这一位，大家最平均"""
    seat = facts.seats[given.seat]
    can = "、".join(
        filter(
            None, ("有空", f"有“{seat.skill}”技能" if seat.skill else "", "能带班" if seat.is_lead else "")
        )
    )
    served = facts.served.get(given.person, 0)
    ahead, more = given.load_before - served, given.load_after - given.load_before
    load = f"近12周值过{hours(served)}，已排{hours(ahead)}，这次请{hours(more)}"
    parts = [can, load, _place(given)]
    if given.is_wished:
        parts.append("是最想来的时间")
    if given.is_as_before:
        parts.append("上次请的也是这一位")
    return "；".join(parts)


def why_nobody(left: Left, facts: Facts) -> str:
    """12人那时没空，3人不会理发，…; the commonest first."""
    if not left.reasons:
        return "本站还没有志愿者"
    skill = facts.seats[left.seat].skill
    [first, *others] = left.reasons
    if not others and first[0] == Reason.DECLINED:
        return "能问的都说过去不了"
    commonest = sorted(left.reasons, key=lambda reason: -reason[1])[:MANY]
    return "，".join(f"{count}人{_NOBODY[reason].format(skill=skill)}" for reason, count in commonest)


def hours(minutes: int) -> str:
    """8小时, 3.5小时, 0小时."""
    return f"{round(minutes / HOUR, 1):g}小时"


@dataclass(frozen=True)
class Load:
    """One person's hours: served in twelve weeks, to come, proposed now; all in all for what they can give, in percent
    of the highest.
    """

    name: str
    served: str
    ahead: str
    more: str
    total: str
    share: int


def loads(draft: Draft) -> list[Load]:
    """Who carries most for their capacity first; who is not asked at all is left out."""
    more: dict[int, int] = {}
    for given in draft.result.given:
        seat = draft.facts.seats[given.seat]
        more[given.person] = more.get(given.person, 0) + seat.shift.minutes
    served = draft.facts.served
    people = [person for person in draft.facts.task.people if person.capacity and person.windows]
    ratios = {person.id: (person.minutes + more.get(person.id, 0)) / person.capacity for person in people}
    highest = max(ratios.values(), default=0) or 1
    return [
        Load(
            name=str(draft.facts.profiles[person.id]),
            served=hours(served.get(person.id, 0)),
            ahead=hours(person.minutes - served.get(person.id, 0)),
            more=hours(more[person.id]) if person.id in more else "",
            total=hours(person.minutes + more.get(person.id, 0)),
            share=round(100 * ratios[person.id] / highest),
        )
        for person in sorted(people, key=lambda person: (-ratios[person.id], person.id))
    ]


def evenness(figures: Evenness) -> dict[str, float]:
    """To be kept with a proposal."""
    return {
        "mean": round(figures.mean, 4),
        "variance": round(figures.variance, 4),
        "gini": round(figures.gini, 4),
        "least": figures.least,
        "most": figures.most,
    }


def _place(given: Given) -> str:
    if given.able == 1:
        return "能来的只有这一位"
    if not given.spare:
        return f"能来的{given.able}人里，其余的有了别的班"
    if given.lighter:
        rank = given.lighter + 1
        return f"能来的{given.able}人里，请这一位，大家第{RANKS.get(rank, str(rank))}平均"
    return f"能来的{given.able}人里，请这一位，大家最平均"
