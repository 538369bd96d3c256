"""What is open at the moment of loading, measured in open hours back from it.

Whenever the demo is loaded, at night or on a holiday, the same matters are overdue, nearly due, fresh or to
be rated, since their moments count office time and office time stands still while offices are closed.
"""

from datetime import datetime, timedelta
from random import Random

from tickets.demo import fates, together
from tickets.demo.history import Deck
from tickets.demo.moments import DESK, OFFICE
from tickets.demo.places import Community, Person
from tickets.demo.plans import Plan, Script
from tickets.demo.present import Now
from tickets.demo.texts import live as texts

HOUR = 60


def of_estate(home: Community, rng: Random, now: datetime) -> list[Plan]:
    """Queue 9, to claim 6 or 7 (all but one 安居物业's), one merged, in hand 9, waiting for a rating 5, withdrawn 1."""
    desk = home.volunteers[home.stations[0].pk][0]
    worker = home.staff[home.units["property"].pk][0]
    start = Now(rng, home, now)
    return [
        *_queue(start, desk),
        together.same_again(start),
        *_to_claim(start, worker),
        *together.smelt_just_now(start),
        *_in_hand(start, worker),
        together.asked(start, worker),
        together.freed(start),
        *_in_other_hands(start),
        *_to_rate(start, worker),
        start.ago(800, texts.KETTLE, "10栋", 1).withdraw(50, "reporter_asked", "自己找到原因了。").plan,
    ]


def closed_this_week(home: Community, deck: Deck, rng: Random, now: datetime, count: int) -> list[Plan]:
    """Rated well in the last few days, the latest within the hour."""
    start = Now(rng, home, now)
    return [_closed(start, deck, n) for n in range(count)]


def elsewhere(home: Community, deck: Deck, rng: Random, now: datetime) -> list[Plan]:
    """A smaller community: two in the queue, two to claim, three in hand, two waiting for a rating."""
    start = Now(rng, home, now)
    month = start.today.month
    in_queue, to_claim, overdue = (deck.draw(month) for _ in range(3))
    one, other, again = (deck.draw(month, lambda m: m.solvable == "yes" and not m.said_for) for _ in range(3))
    redone = _resolved(start.ago(1500, again), minutes=300)
    redone.at = DESK.earlier(start.now, 130)
    return [
        start.due_in(35, in_queue).plan,
        start.just(17, deck.draw(month)).plan,
        start.due_in(-50, overdue).dispatch(40).plan,
        start.due_in(300, to_claim).dispatch(60).plan,
        _answered(start.ago(900, one).dispatch(30).claim(60), start.today).plan,
        _answered(start.ago(700, other).dispatch(20).claim(50), start.today + timedelta(days=1)).plan,
        fates.bad(redone, 0).plan,
        *[_resolved(start.ago(minutes, deck.draw(month))).plan for minutes in (1300, 1900)],
    ]


def _queue(start: Now, desk: Person) -> list[Plan]:
    mine = {"logged_by": desk}
    returned = start.due_in(-40, texts.PILE).dispatch(50)
    return [
        start.due_in(-92, texts.PLASTER, "15栋").plan,
        returned.hand_back(200, "看过了，不是插座坏，是桩的通信模块，要物业找厂家。").plan,
        start.due_in(48, texts.ROOF, "5栋", **mine).plan,
        start.due_in(338, texts.MEDICINE, "20栋", 1).plan,
        start.due_in(441, texts.LOCK, "19栋").plan,
        start.due_in(458, texts.DANCE).plan,
        start.just(24, texts.HYDRANT, "11栋", **mine).plan,
        start.just(7, texts.LIGHTS, "7栋", **mine).plan,
    ]


def _to_claim(start: Now, worker: Person) -> list[Plan]:
    freed = start.due_in(200, texts.GARAGE, station=1).dispatch(30).claim(40, by=worker)
    lift = start.due_in(395, texts.LIFT_DOOR, "12栋").dispatch(25)
    return [
        start.due_in(-76, texts.DOOR_CARD, "9栋").dispatch(120).plan,
        _leaking_pipe(start),
        freed.release(90, "手上两单急的先办，请同事接一下。").plan,
        lift.plan,
        together.merged(start, lift),
        start.due_in(470, texts.BINS, "8栋", 1).dispatch(15).plan,
        start.due_in(420, texts.WINDOW_HELP, "20栋", 1).dispatch(40).plan,
    ]


def _leaking_pipe(start: Now) -> Plan:
    script = together.joined(start.due_in(35, texts.STAIR_PIPE, "3栋").dispatch(90))
    script.plan.picture = "wet pipe"
    return script.plan


def _in_hand(start: Now, worker: Person) -> list[Plan]:
    """The demo worker's three: promised for today, promised for tomorrow, to be answered within the hour."""
    today = start.ago(1000, texts.PUMP).dispatch(20).claim(40, by=worker)
    tomorrow = start.ago(820, texts.INTERCOM, "6栋").dispatch(30).claim(35, by=worker)
    return [
        _answered(today, start.today).plan,
        _answered(tomorrow, start.today + timedelta(days=1), told="slip").plan,
        start.due_in(42, texts.BURST, "3栋").dispatch(60).claim(120, by=worker).plan,
    ]


def _in_other_hands(start: Now) -> list[Plan]:
    home = start.home
    housing = home.staff[home.units["housing"].pk][0]
    again = start.ago(4200, texts.DAMP_AGAIN, "18栋").dispatch(30).claim(60, by=housing)
    again.reply(60, promised_on=again.by_resolve(960)).resolve(900)
    again.rate(400, solved="yes", satisfied="mostly", words=texts.DAMP_AGAIN.thanks)
    again.at = OFFICE.earlier(start.now, 400)
    again.reopen(0, "居民来电，下雨后又湿了，请再查外墙缝。")
    shelf = start.ago(640, texts.CLOTHES_LINE, "16栋", 1).dispatch(40).claim(80)
    noise = start.ago(45 * HOUR + 70, texts.WASHER, "20栋", 1).dispatch(30).claim(40)
    return [
        again.plan,
        _answered(shelf, start.today + timedelta(days=1)).plan,
        noise.reply(60, promised_on=noise.by_resolve(1100)).plan,
    ]


def _to_rate(start: Now, worker: Person) -> list[Plan]:
    rail, kitchen = start.ago(1100, texts.HANDRAIL, "7栋"), start.ago(1500, texts.PEELING_KITCHEN, "15栋", 1)
    rail.plan.picture, kitchen.plan.picture = "loose rail", "damp wall"
    return [
        _resolved(start.ago(700, texts.TAP, "4栋"), by=worker, minutes=300).plan,
        _resolved(rail, by=worker, picture="firm rail").plan,
        _resolved(kitchen, picture="smooth wall").plan,
        _resolved(start.ago(1900, texts.SHELF)).plan,
        _resolved(start.ago(2400, texts.STREET_LAMP, station=1)).plan,
    ]


def _closed(start: Now, deck: Deck, n: int) -> Plan:
    """The n-th latest: resolved a day or two before it was rated."""
    matter = deck.draw(start.today.month, lambda m: m.solvable == "yes")
    script = _resolved(start.ago(1700 + 260 * n, matter), minutes=700)
    script.at = DESK.earlier(start.now, 25 + 300 * n)
    return fates.well(script, 0).plan


def _answered(script: Script, promised_on, *, told="") -> Script:
    return script.reply(60, promised_on=None if script.matter.solvable == "no" else promised_on, told=told)


def _resolved(script: Script, *, by: Person | None = None, minutes=400, picture="") -> Script:
    """Kept what was promised."""
    script.dispatch(30).claim(50, by=by)
    return script.reply(40, promised_on=script.by_resolve(40 + minutes)).resolve(minutes, picture=picture)
