"""The verbs: the only code that changes a ticket's status.

Every verb takes `by=` (a User, a Reporter with a receipt, or None for the system) and `now=` (an aware datetime,
default this moment), runs in one transaction with its event and notices, and raises `Refused` with the Chinese
sentence the user will read when it may not happen.
"""

from tickets.workflow.asking import ask_resident, resident_answered, waiting_lapsed
from tickets.workflow.detaching import detach
from tickets.workflow.dispatching import dispatch, unit_seen
from tickets.workflow.door import CallFirst, Conflict, Invalid, NotAllowed, Refused, admit
from tickets.workflow.handling import claim, hand_back, release, repeated_reply, reply, resolve
from tickets.workflow.jobs import Job
from tickets.workflow.joining import attach
from tickets.workflow.merging import merge, unmerge
from tickets.workflow.office import amend, restore, withdraw
from tickets.workflow.picturing import add_missing, add_photos, added_by_form, remove_photo, stages_for
from tickets.workflow.receiving import receive
from tickets.workflow.reviewing import change_rating, close_unrated, rate, reopen, review
from tickets.workflow.telling import OUTDATED, acknowledge, tell, untell

__all__ = [
    "CallFirst",
    "Conflict",
    "Invalid",
    "Job",
    "NotAllowed",
    "OUTDATED",
    "Refused",
    "add_missing",
    "add_photos",
    "added_by_form",
    "acknowledge",
    "admit",
    "amend",
    "ask_resident",
    "attach",
    "change_rating",
    "claim",
    "close_unrated",
    "detach",
    "dispatch",
    "hand_back",
    "merge",
    "rate",
    "receive",
    "release",
    "remove_photo",
    "reopen",
    "repeated_reply",
    "reply",
    "resident_answered",
    "resolve",
    "restore",
    "review",
    "stages_for",
    "unit_seen",
    "unmerge",
    "waiting_lapsed",
    "tell",
    "untell",
    "withdraw",
]
