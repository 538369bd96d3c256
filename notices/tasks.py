"""Celery's doors: call one function, report how much it did. A message is only a nudge: a query finds the work."""

from celery import shared_task

from notices import delivery


# Where both lines are slow to the last, it takes 96 seconds: three shares and the last messages' alarms.
@shared_task(name="notices.deliver", soft_time_limit=110, time_limit=130)
def deliver():
    return delivery.deliver().sent


@shared_task(name="notices.forget_old")
def forget_old():
    return delivery.forget_old()
