"""Celery's door to the outbox; a message is only a nudge, the work is found by a query."""

from celery import shared_task

from notices import delivery


@shared_task(name="notices.deliver")
def deliver():
    delivery.deliver()
