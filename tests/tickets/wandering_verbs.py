"""The verbs with random details: what somebody on a walk (wandering.py) might type, right and wrong."""

from datetime import timedelta

from django.db.models import Q

from tickets import sweeps, workflow
from tickets.models import Answer, Heard, Outcome, Rating, Reporter, Ticket, WithdrawReason
from tickets.states import OPEN, Verb

KEPT = 25  # tickets in play; older ones are left alone, so that each sees many steps


def receive(walk, ticket, by):
    house, rng = walk.house, walk.rng
    workflow.receive(
        by=by,
        station=rng.choice([house.station, walk.second, walk.other.station]),
        words=walk.words(),
        category=rng.choice([None, house.category, house.category, walk.emergency]),
        called=rng.random() < 0.5,
        building=rng.choice([None, house.building, house.building, walk.other.building]),
        phone=rng.choice(["", "13800001234"]),
        now=walk.now,
    )


def attach(walk, ticket, by):
    station = walk.rng.choice([walk.house.station, walk.second, walk.second, walk.other.station])
    workflow.attach(ticket, by=by, station=station, words=walk.words(), now=walk.now)


def detach(walk, ticket, by):
    reporter = a_reporter(walk, ticket)
    if reporter is None:
        raise workflow.Refused("no page would offer it")
    new = walk.rng.choice([{}, {"category": walk.emergency}, {"building": walk.other.building}])
    workflow.detach(ticket, by=by, reporter=reporter, reason=walk.words(), now=walk.now, **new)


def merge(walk, ticket, by):
    others = Ticket.objects.filter(Q(area=walk.house.area) | Q(area=walk.other.area), status__in=OPEN)
    into = walk.rng.choice([ticket, *others.order_by("-pk")[:KEPT]])
    workflow.merge(ticket, by=by, master=into, now=walk.now)


def unmerge(walk, ticket, by):
    workflow.unmerge(ticket, by=by, now=walk.now)


def amend(walk, ticket, by):
    new = walk.rng.choice(
        [{"title": walk.words()}, {"category": walk.rng.choice([None, walk.house.category, walk.emergency])}]
    )
    workflow.amend(ticket, by=by, reason=walk.words(), now=walk.now, **new)


def dispatch(walk, ticket, by):
    units = [walk.house.unit, walk.house.unit, walk.house.other_unit, walk.other.unit, None]
    workflow.dispatch(ticket, by=by, unit=walk.rng.choice(units), reason=walk.words(), now=walk.now)


def claim(walk, ticket, by):
    colleague = walk.rng.choice([None, None, None, walk.house.colleague, walk.house.other_staff])
    workflow.claim(ticket, by=by, colleague=colleague, now=walk.now)


def reply(walk, ticket, by):
    days = walk.rng.choice([None, -1, 0, 1, 3, 500])
    promised = None if days is None else walk.now.date() + timedelta(days=days)
    solvable, told = walk.one_of(Answer.values), walk.one_of(["phone", "in_person", "link", "slip"])
    workflow.reply(
        ticket, by=by, solvable=solvable, promised_on=promised, words=walk.words(), told=told, now=walk.now
    )


def resolve(walk, ticket, by):
    workflow.resolve(ticket, by=by, outcome=walk.one_of(Outcome.values), words=walk.words(), now=walk.now)


def ask_resident(walk, ticket, by):
    workflow.ask_resident(ticket, by=by, question=walk.words(), now=walk.now)


def resident_answered(walk, ticket, by):
    whom = for_whom(walk, ticket, by, channels=Heard.values)
    workflow.resident_answered(ticket, by=by, words=walk.words(), now=walk.now, **whom)


def tell(walk, ticket, by):
    if isinstance(by, Reporter):
        return workflow.acknowledge(by, now=walk.now)
    reply, reporter = ticket.replies.last(), a_reporter(walk, ticket)
    if reply is None or reporter is None:
        raise workflow.Refused("no page would offer it")
    verb = walk.rng.choice([workflow.tell, workflow.tell, workflow.untell])
    channel = {} if verb == workflow.untell else {"channel": walk.one_of(["phone", "in_person"])}
    return verb(reply, reporter, by=by, now=walk.now, **channel)


def a_reporter(walk, ticket):
    """One of its residents, now and then nobody."""
    nobody = walk.rng.random() < 0.1
    return walk.rng.choice([None] if nobody else list(Reporter.objects.of_matter(ticket)))


def for_whom(walk, ticket, by, channels=("phone", "desk")) -> dict:
    """A person says whose words these are and how they came; a reporter speaks for nobody else."""
    if isinstance(by, Reporter):
        return {}
    return {"reporter": a_reporter(walk, ticket), "channel": walk.one_of(channels)}


def review(walk, ticket, by):
    whom = for_whom(walk, ticket, by)
    workflow.review(ticket, by=by, words=walk.rng.choice(["", "谢谢"]), now=walk.now, **opinion(walk), **whom)


def change_rating(walk, ticket, by):
    workflow.change_rating(ticket, by=by, now=walk.now, **opinion(walk))


def opinion(walk) -> dict:
    return {"solved": walk.one_of(Rating.Solved.values), "satisfied": walk.one_of(Rating.Satisfied.values)}


def withdraw(walk, ticket, by):
    workflow.withdraw(ticket, by=by, reason=walk.one_of(WithdrawReason.values), now=walk.now)


def with_reason(verb):
    def act(walk, ticket, by):
        verb(ticket, by=by, reason=walk.words(), now=walk.now)

    return act


def is_offered(verb, ticket):
    """What would mostly be tried in vain, in nearly every status: nobody has joined, nothing was asked."""
    if verb == Verb.DETACH:
        return Reporter.objects.of_matter(ticket).filter(station__isnull=False).exists()
    return verb != Verb.RESIDENT_ANSWERED or ticket.events.asked_in(ticket.round).exists()


CALLS = {
    Verb.ATTACH: attach,
    Verb.DETACH: detach,
    Verb.MERGE: merge,
    Verb.UNMERGE: unmerge,
    Verb.AMEND: amend,
    Verb.DISPATCH: dispatch,
    Verb.CLAIM: claim,
    Verb.RELEASE: with_reason(workflow.release),
    Verb.HAND_BACK: with_reason(workflow.hand_back),
    Verb.REPLY: reply,
    Verb.ASK_RESIDENT: ask_resident,
    Verb.RESIDENT_ANSWERED: resident_answered,
    Verb.TELL: tell,
    Verb.RESOLVE: resolve,
    Verb.REVIEW: review,
    Verb.CHANGE_RATING: change_rating,
    Verb.REOPEN: with_reason(workflow.reopen),
    Verb.WITHDRAW: withdraw,
    Verb.RESTORE: with_reason(workflow.restore),
}
SWEEPS = (sweeps.flag_overdue, sweeps.close_unrated, sweeps.lapse_waiting)
