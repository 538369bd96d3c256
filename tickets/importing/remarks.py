"""What somebody should know of an import, in a sentence: up to which day it is of, and what it means for the figures.

The figures themselves are tickets/reports'.
"""

from datetime import date, timedelta

from tickets.importing.headings import LABELS
from tickets.models import LedgerImport

COVERAGE = "这些都算“可以评价、没有评价”：评价覆盖会低一些，满意率不受影响。"
LABEL = LABELS["satisfied"]
NO_COLUMN = f"表里没有{LABEL}一列，办完的{{}}单导入后都没有评价。{COVERAGE}"
NOT_RATED = f"办完的有{{}}单没有写{LABEL}。{COVERAGE}"
BROUGHT = f"导入的有{{}}单办完了、没有评价。{COVERAGE}"


UP_TO = "只导入{}和更早收到的。{}起用服务台登记，那天起收到的，请在接单台登记。"
ALL_DAYS = "还没有用服务台登记过，哪天收到的都能导入。"


def of_desk(since: date | None) -> str:
    """Of which days a ledger may be, where the desk has been in use since that day; known.Known says why."""
    return UP_TO.format(_said(since - timedelta(days=1)), _said(since)) if since else ALL_DAYS


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def of_coverage(ledger: LedgerImport) -> str:
    """What those done with that nobody rated are for 评价覆盖; empty where all were rated or nothing is known yet."""
    if not ledger.unrated:
        return ""
    sentence = BROUGHT if ledger.confirmed_at else NOT_RATED if _has_ratings(ledger) else NO_COLUMN
    return sentence.format(ledger.unrated)


def _has_ratings(ledger: LedgerImport) -> bool:
    return any(column["label"] == LABEL for column in ledger.columns)
