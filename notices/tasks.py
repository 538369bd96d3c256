"""Celery's doors: call one function, report how much it did. A message is only a nudge: a query finds the work."""

from celery import shared_task

from notices import delivery


@shared_task(name="notices.deliver")
def deliver():
    return delivery.deliver().sent


@shared_task(name="notices.forget_old")
def forget_old():
    return delivery.forget_old()
