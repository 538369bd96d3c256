"""What residents read about their ticket."""

from tickets.resident.history import Said, answer
from tickets.resident.rows import load, private_of_others, without
from tickets.resident.sheet import matter, sheet

__all__ = ["Said", "answer", "load", "matter", "private_of_others", "sheet", "without"]
