"""How matters usually go: a handful of courses from 接单 to 评单, each written with a Script.

Minutes are open minutes: office time for what staff do, desk time for ratings.
"""

from collections.abc import Callable
from datetime import timedelta

from tickets.demo.moments import local
from tickets.demo.plans import Script

Fate = Callable[[Script], Script]

HANDED_BACK = (
    "不是我们管的设备，请派给产权单位。",
    "现场看过，是公共管线的问题，要另派。",
    "看过了，不是我们能修的，请派给专门的单位。",
)
RELEASED = ("手上两单急的先办，请同事接一下。", "明天轮休，怕耽误，先放回。", "要两个人抬，请同事接。")
LATER = "配件没到，跟您说声抱歉，改到这一天，到货就先装您家。"
REDONE = "又去看了一遍，上次没做到位，这次换了做法。"
BAD = ("弄了半天还是老样子。", "好了两天又坏了。", "话说得好，事没办完。")
USUAL_WORDS = ("", "", "", "辛苦了。", "办得快。", "回话及时。", "说到做到。", "谢谢小屋的志愿者。")


def usual(s: Script) -> Script:
    """Dispatched within the hour, answered in time, done by the promised date."""
    return _done(_taken(s), s.rng.randint(60, 800))


def answered_late(s: Script) -> Script:
    """The reply came after its working day was over."""
    s.dispatch(s.rng.randint(120, 240)).claim(s.rng.randint(420, 500))
    return _done(s, s.rng.randint(60, 500))


def resolved_late(s: Script) -> Script:
    """Answered in time, but done only after the limit, with a later promise in between."""
    first = _taken(s).by_resolve(600)
    s.reply(30, promised_on=first)
    last = s.by_resolve(2200)
    return s.reply(120, promised_on=max(first, last), words=LATER).resolve(5800 - s.rng.randint(0, 200))


def postponed(s: Script) -> Script:
    """A promise moved to a later date in good time."""
    first = _taken(s).by_resolve(700)
    s.reply(30, promised_on=first)
    s.reply(60, promised_on=s.by_resolve(1100, plus_days=1), words=LATER)
    return s.resolve(s.rng.randint(700, 1000))


def promise_broken(s: Script) -> Script:
    """The promised date passed without a word; done two working days later."""
    today = local(_taken(s).reply(20, promised_on=s.by_resolve(20)).at).date()
    s.plan.steps[-1].details["promised_on"] = today if s.matter.solvable != "no" else None
    return s.resolve(s.rng.randint(700, 1000))


def handed_back(s: Script) -> Script:
    """First sent to the wrong unit."""
    wrong = next(unit for unit in s.home.units.values() if unit is not s.unit)
    right = s.unit
    s.dispatch(s.rng.randint(5, 30), to=wrong).hand_back(s.rng.randint(10, 60), s.rng.choice(HANDED_BACK))
    s.dispatch(s.rng.randint(5, 60), to=right).claim(s.rng.randint(5, 90))
    return _done(s, s.rng.randint(60, 700))


def released(s: Script) -> Script:
    """One claimed it, another did it."""
    s.dispatch(s.rng.randint(5, 30)).claim(s.rng.randint(5, 30))
    s.release(s.rng.randint(5, 60), s.rng.choice(RELEASED))
    return _done(s.claim(s.rng.randint(20, 120)), s.rng.randint(60, 700))


def answered_by_office(s: Script) -> Script:
    """The dispatcher answers and settles it without any unit."""
    return _done(s, s.rng.randint(30, 120))


def left_lying(s: Script) -> Script:
    """Nobody looked at it for days."""
    s.dispatch(s.rng.randint(300, 2000)).claim(s.rng.randint(300, 1500))
    return _done(s, s.rng.randint(300, 1500))


def withdrawn(s: Script) -> Script:
    return s.withdraw(s.rng.randint(20, 200), "reporter_asked", "来电说家里自己弄好了。")


def withdrawn_as_mistake(s: Script) -> Script:
    return s.withdraw(s.rng.randint(20, 200), "mistake", "同一件事登记了两次。")


def rated_well(fate: Fate) -> Fate:
    def course(s: Script) -> Script:
        return well(fate(s), s.rng.randint(20, 1500))

    return course


def redone_then_well(s: Script) -> Script:
    """Rated badly, done again, then rated well."""
    return well(_redone(bad(usual(s), s.rng.randint(60, 1000))), s.rng.randint(20, 1500))


def redone_unrated(s: Script) -> Script:
    """Rated badly and done again; the resident said no more."""
    return _redone(bad(usual(s), s.rng.randint(60, 1000)))


def well(s: Script, minutes) -> Script:
    mostly = s.rng.random() < 0.22
    words = s.matter.thanks or s.rng.choice(USUAL_WORDS)
    solved = "yes" if s.matter.solvable == "yes" else "partly"
    return s.rate(minutes, solved=solved, satisfied="mostly" if mostly else "satisfied", words=words)


def bad(s: Script, minutes) -> Script:
    """Rated 不满意, which reopens at once."""
    solved = s.rng.choice(("no", "partly"))
    return s.rate(minutes, solved=solved, satisfied="not", words=s.rng.choice(BAD))


def _taken(s: Script) -> Script:
    return s.dispatch(s.rng.randint(5, 60)).claim(s.rng.randint(5, 150))


def _done(s: Script, minutes) -> Script:
    """Replied with a promise for the day it will be done, or the day after, and done."""
    wait, minutes = s.rng.randint(5, 90), _pace(s, minutes)
    spare = 0 if s.matter.said_for else s.rng.choice((0, 0, 1))
    s.reply(wait, promised_on=s.by_resolve(wait + minutes, plus_days=spare))
    return s.resolve(minutes)


def _pace(s: Script, minutes) -> int:
    """As soon as the words of the reply say."""
    soon = {"today": s.rng.randint(20, 100), "tomorrow": s.rng.randint(380, 620)}
    return soon.get(s.matter.said_for, minutes)


def _redone(s: Script) -> Script:
    wait, minutes = s.rng.randint(10, 120), s.rng.randint(60, 500)
    promised = s.by_resolve(wait + minutes) + timedelta(days=1)
    return s.reply(wait, promised_on=promised, words=REDONE).resolve(minutes)
