"""Celery's door to the outbox: call it, report how much it sent. A message is only a nudge: a query finds the work."""

from celery import shared_task

from notices import delivery


@shared_task(name="notices.deliver")
def deliver():
    return delivery.deliver().sent
