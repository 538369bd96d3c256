"""Celery's doors: load, call one function, report. A message is only a nudge; the work is found by a query."""

from celery import shared_task

from tickets import ownerless, photos, sweeps


@shared_task(name="tickets.flag_overdue")
def flag_overdue():
    sweeps.flag_overdue()


@shared_task(name="tickets.lapse_waiting")
def lapse_waiting():
    sweeps.lapse_waiting()


@shared_task(name="tickets.close_unrated")
def close_unrated():
    sweeps.close_unrated()


@shared_task(name="tickets.sweep_photos")
def sweep_photos():
    photos.sweep()


@shared_task(name="tickets.tell_ownerless")
def tell_ownerless():
    ownerless.tell()
