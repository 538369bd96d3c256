"""The records of tickets, one concept a file."""

from tickets.models.any_of import AnyOf
from tickets.models.apart import Apart
from tickets.models.clock import Clock
from tickets.models.event import Event, Heard
from tickets.models.feedback import Rating, Receipt
from tickets.models.heartbeat import Heartbeat
from tickets.models.lookup import LookupFailure
from tickets.models.old_ledger import LedgerFault, LedgerImport, LedgerPart
from tickets.models.photo import Photo
from tickets.models.reconciliation import Finding, Reconciliation
from tickets.models.reply import Answer, Reply
from tickets.models.reporter import Reporter
from tickets.models.rule import Category, Rule
from tickets.models.tally import Tally, TallyMark
from tickets.models.team_job import FeeMode, TeamJob
from tickets.models.telling import Telling
from tickets.models.ticket import Counter, Outcome, Ticket, WithdrawReason
from tickets.models.wall import WallEntry

__all__ = [
    "Answer",
    "AnyOf",
    "Apart",
    "Category",
    "Clock",
    "Counter",
    "Event",
    "FeeMode",
    "Finding",
    "Heard",
    "Heartbeat",
    "LedgerFault",
    "LedgerImport",
    "LedgerPart",
    "LookupFailure",
    "Outcome",
    "Photo",
    "Rating",
    "Receipt",
    "Reconciliation",
    "Reply",
    "Reporter",
    "Rule",
    "Tally",
    "TallyMark",
    "TeamJob",
    "Telling",
    "Ticket",
    "WallEntry",
    "WithdrawReason",
]
