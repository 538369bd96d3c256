"""Open matters of the estate that need more than one hand: neighbours who join, a question, an emergency.

Received within minutes or hours of the moment of loading, like those of live.py.
"""

from datetime import timedelta

from tickets.demo.moments import DESK, MINUTE
from tickets.demo.places import Person
from tickets.demo.plans import Plan, Script
from tickets.demo.present import Now
from tickets.demo.texts import live as texts


def joined(script: Script) -> Script:
    """A neighbour tells the other station of the same leak."""
    neighbour = {"name": "何先生", "phone": "16010000452", "room": "302"}
    return script.join(120, "我家门口墙角一直滴水，是楼上那根管子。", script.home.stations[1], **neighbour)


def merged(start: Now, master: Script) -> Plan:
    """Filed at the other station before anybody noticed; the dispatcher puts both together."""
    again = start.due_in(380, texts.LIFT_AGAIN, "12栋", 1)
    return again.merge(25, master).plan


def same_again(start: Now) -> Plan:
    """Lies in the queue beside the other one: the list of likely duplicates shows the two."""
    return start.just(3, texts.LIGHTS_TOO, "7栋", 1).plan


def asked(start: Now, worker: Person) -> Plan:
    """The worker waits for what only the resident knows."""
    script = start.ago(520, texts.VALVE, "22栋").dispatch(25).claim(40, by=worker)
    return script.ask(30, "阀门在厨房还是卫生间？明天上午家里有人吗？").plan


def freed(start: Now) -> Plan:
    """Somebody was stuck in the lift: called first, filed, freed, the lift itself still to be mended."""
    script = start.just(95, texts.STUCK, "10栋")
    script.claim_at_once(4).reply_at_once(9, "人已经放出来，没有受伤。电梯先停，今天查门机。")
    return script.plan


def smelt_just_now(start: Now) -> list[Plan]:
    """A smell of gas, four minutes ago; only while a desk is open to hear of it."""
    at = start.now - 4 * MINUTE
    is_open = DESK.earlier(start.now, 0.01) > start.now - MINUTE and DESK.earlier(at, 0.01) > at - MINUTE
    script = start.at(at, texts.GAS, "9栋")
    return [script.plan] if is_open and timedelta(0) < start.now - at else []
