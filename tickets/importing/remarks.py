"""What an import means for the figures of the report, in a sentence. The figures themselves are tickets/reports'."""

from tickets.importing.headings import LABELS
from tickets.models import LedgerImport

COVERAGE = "这些都算“可以评价、没有评价”：评价覆盖会低一些，满意率不受影响。"
LABEL = LABELS["satisfied"]
NO_COLUMN = f"表里没有{LABEL}一列，办完的{{}}单导入后都没有评价。{COVERAGE}"
NOT_RATED = f"办完的有{{}}单没有写{LABEL}。{COVERAGE}"
BROUGHT = f"导入的有{{}}单办完了、没有评价。{COVERAGE}"


def of_coverage(ledger: LedgerImport) -> str:
    """What those done with that nobody rated are for 评价覆盖; empty where all were rated or nothing is known yet."""
    if not ledger.unrated:
        return ""
    sentence = BROUGHT if ledger.confirmed_at else NOT_RATED if _has_ratings(ledger) else NO_COLUMN
    return sentence.format(ledger.unrated)


def _has_ratings(ledger: LedgerImport) -> bool:
    return any(column["label"] == LABEL for column in ledger.columns)
