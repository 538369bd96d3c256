"""Celery's doors: call one function, report how much it did. A message is only a nudge: a query finds the work."""

from celery import shared_task

from tickets import ownerless, photos, sweeps
from tickets.backups import nightly as nightly_backup
from tickets.importing import working
from tickets.reconciling import nightly
from tickets.reports import tallying


@shared_task(name="tickets.flag_overdue")
def flag_overdue():
    return sweeps.flag_overdue()


@shared_task(name="tickets.lapse_waiting")
def lapse_waiting():
    return sweeps.lapse_waiting()


@shared_task(name="tickets.close_unrated")
def close_unrated():
    return sweeps.close_unrated()


@shared_task(name="tickets.sweep_photos")
def sweep_photos():
    return photos.sweep()


@shared_task(name="tickets.tell_ownerless")
def tell_ownerless():
    return ownerless.tell()


# The first time, or after a new release, every month there is.
@shared_task(name="tickets.tally", soft_time_limit=170, time_limit=190)
def tally():
    return tallying.tally()


# At a million tickets it may take minutes; three times the limit is less than the visibility timeout.
@shared_task(name="tickets.reconcile", soft_time_limit=170, time_limit=190)
def reconcile():
    return nightly.if_due()


@shared_task(name="tickets.backup")
def backup():
    return nightly_backup.start()


@shared_task(name="tickets.import_ledgers")
def import_ledgers():
    return working.start()
