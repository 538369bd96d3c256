"""What a person can do with a ticket now: the buttons of its page, each with its address or the reason why not."""

from dataclasses import dataclass, replace

from django.urls import reverse

from tickets.models import Ticket
from tickets.permissions import HAS_DUPLICATES, permit
from tickets.states import Status, Verb, Who, moves, verbs_from

# What the button says where the verb alone is too short to understand.
LABELS = {
    Verb.DISPATCH: "派单",
    Verb.RELEASE: "放回，让同事办",
    Verb.HAND_BACK: "退单，不归我们管",
    Verb.REPLY: "答复居民",
    Verb.ASK_RESIDENT: "问居民，等补充",
    Verb.RESIDENT_ANSWERED: "记下居民的补充",
    Verb.RESOLVE: "办结，请居民评单",
    Verb.REVIEW: "代居民评单",
    Verb.REOPEN: "重办",
    Verb.AMEND: "更正内容",
    Verb.DETACH: "是另一件事，另开一单",
    Verb.MERGE: "并单，和另一张一起办",
    Verb.UNMERGE: "拆单，分开办",
    Verb.WITHDRAW: "撤单",
    Verb.RESTORE: "恢复工单",
}
# What the button of a form says, on the ticket's page and on the verb's own, where the label is too long.
BUTTONS = {Verb.REPLY: "发出答复", Verb.ASK_RESIDENT: "发出问题，等补充", Verb.RESIDENT_ANSWERED: "记下补充"}
NEXT = {
    Status.RECEIVED: Verb.DISPATCH,
    Status.DISPATCHED: Verb.CLAIM,
    Status.WAITING: Verb.RESIDENT_ANSWERED,
    Status.RESOLVED: Verb.REVIEW,
}
# The next step first; what undoes or ends comes last.
ORDER = (
    Verb.CLAIM,
    Verb.DISPATCH,
    Verb.REPLY,
    Verb.ASK_RESIDENT,
    Verb.RESIDENT_ANSWERED,
    Verb.RESOLVE,
    Verb.REVIEW,
    Verb.RELEASE,
    Verb.HAND_BACK,
    Verb.REOPEN,
    Verb.RESTORE,
    Verb.UNMERGE,
    Verb.AMEND,
    Verb.MERGE,
    Verb.WITHDRAW,
)


@dataclass(frozen=True)
class Action:
    """A verb offered to a person: `sentence` says why it is not allowed, `is_next` that the ticket waits for it."""

    verb: str
    label: str
    url: str
    allowed: bool
    sentence: str
    is_next: bool

    @property
    def button(self) -> str:
        return BUTTONS.get(Verb(self.verb), self.label)


def actions_for(user, ticket: Ticket, events, reporters, *, now) -> list[Action]:
    """The verbs that people may do in this status and after these events of it, in the order of the page.

    `reporters` are all of the matter: some of another ticket tell that it was merged into this one.
    """
    possible = [verb for verb in ORDER if verb in verbs_from(ticket.status) and _is_for_people(verb, ticket)]
    if not any(event.verb == Verb.ASK_RESIDENT and event.round == ticket.round for event in events):
        possible = [verb for verb in possible if verb != Verb.RESIDENT_ANSWERED]
    actions = [_action(verb, user, ticket, now) for verb in possible]
    return [_without_dead_end(action, ticket, reporters) for action in actions]


def _is_for_people(verb, ticket) -> bool:
    return any(who not in (Who.SYSTEM, Who.REPORTER) for row in moves(verb, ticket.status) for who in row.who)


def _without_dead_end(action: Action, ticket, reporters) -> Action:
    """What its form could only refuse is not offered."""
    is_in_vain = action.verb == Verb.MERGE and any(one.ticket_id != ticket.pk for one in reporters)
    return (
        replace(action, allowed=False, sentence=HAS_DUPLICATES) if is_in_vain and action.allowed else action
    )


def _action(verb, user, ticket, now) -> Action:
    answer = permit(verb, user, ticket, now=now)
    label = LABELS.get(verb, verb.label)
    if verb == Verb.DISPATCH and ticket.unit_id:
        label = "改派"
    if verb == Verb.REPLY and ticket.solvable:
        label = "再次答复，或改承诺日期"
    if verb == Verb.RESIDENT_ANSWERED and ticket.status != Status.WAITING:
        label = "居民又补充了，记下来"
    url = reverse(f"tickets:{verb}", args=[ticket.number])
    return Action(verb.value, label, url, answer.allowed, answer.sentence, verb == NEXT.get(ticket.status))
