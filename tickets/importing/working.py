"""Old ledgers away from any page: long ones are read and written to their end, what is over is forgotten.

The job only starts a process of its own: a file may take minutes, and the worker has limits to mark meanwhile. One
such process is enough; a query tells it what there is to do, also what another one left when it was killed.
"""

import logging
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from stations import commands, locks
from stations.refusals import Conflict, Refused
from tickets.importing import parts, running
from tickets.importing.source import Source
from tickets.models import LedgerFault, LedgerImport
from tickets.models.old_ledger import HELD

logger = logging.getLogger(__name__)
State = LedgerImport.State
MOST_TRIES = 5  # that get no further
NOT_READ = "试了{}次都没有读完。{}请分成几张表，或另存为CSV（UTF-8）再传。"
NOT_WRITTEN = "导入到一半停了，试了{}次都没有往下走。{}请再传一次同一份文件，已经导入的不会再导一次。"
CUT_OFF = "导入的命令没有运行完就停了。请再运行一次同一个文件，已经导入的不会再导一次。"


def start(*, now: datetime | None = None) -> int | None:
    """Begin a process for what there is to do; 1, or None where there is nothing or somebody is at it."""
    now = now or timezone.now()
    forget(now=now)
    if not LedgerImport.objects.to_do().free(now).exists() or _is_running():
        return None
    commands.begin("import_ledgers")  # what becomes of a file stands with the file
    return 1


def _is_running() -> bool:
    with locks.held(locks.Lock.LEDGERS) as is_free:
        return not is_free


def go_on(*, now: datetime | None = None) -> int:
    """Read what waits to be read, write what was confirmed; how many files were in hand. Others are left to theirs."""
    with locks.held(locks.Lock.LEDGERS) as is_free:
        waiting = list(LedgerImport.objects.to_do().values_list("pk", flat=True)) if is_free else []
        return sum(_try(key, now or timezone.now()) for key in waiting)


def _try(key: int, now: datetime) -> bool:
    """As it is now: while others were in hand, a page may have had it."""
    free = LedgerImport.objects.to_do().free(now).filter(pk=key)
    is_mine = free.update(held_until=now + HELD, tries=F("tries") + 1) == 1
    if is_mine:
        _one(LedgerImport.objects.with_key(key), now)
    return is_mine


def _one(ledger: LedgerImport, now: datetime) -> None:
    """A file that breaks this keeps it from no other, and is given up when it has done so again and again."""
    if ledger.tries > MOST_TRIES:
        return _give_up(ledger)
    try:
        if ledger.state == State.READING:
            running.read(ledger, now=now)
        else:
            running.carry_on(ledger, Source(parts.opened(ledger), ledger.size), now=now)
    except Conflict:
        return None
    except Refused as refusal:  # it was read once; the machine is short of something
        LedgerImport.objects.filter(pk=ledger.pk).update(refusal=str(refusal)[:200])
    except Exception:
        logger.exception("Import %s of an old ledger broke off", ledger.pk)
    LedgerImport.objects.filter(pk=ledger.pk).update(held_until=None)
    return None


def _give_up(ledger: LedgerImport) -> None:
    sentence = NOT_WRITTEN if ledger.confirmed_at else NOT_READ
    LedgerImport.objects.filter(pk=ledger.pk).update(
        state=State.REFUSED, refusal=sentence.format(MOST_TRIES, ledger.refusal), held_until=None
    )
    ledger.parts.all().delete()


def forget(*, now: datetime) -> int:
    """Files that nobody confirmed in a day, and faults after a month: residents' names and numbers are in them.

    What a command left half written when it was cut off is no longer going on either.
    """
    LedgerImport.objects.cut_off(now=now).update(state=State.REFUSED, refusal=CUT_OFF, held_until=None)
    gone = LedgerImport.objects.unconfirmed(now=now).delete()[0]
    return gone + LedgerFault.objects.filter(ledger__in=LedgerImport.objects.outlived(now=now)).delete()[0]
