"""What residents read about their ticket."""

from tickets.resident.history import Said, answer
from tickets.resident.rows import load
from tickets.resident.sheet import matter, sheet

__all__ = ["Said", "answer", "load", "matter", "sheet"]
