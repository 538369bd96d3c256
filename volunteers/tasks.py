"""Celery's doors: call one function, report how much it did. A message is only a nudge: a query finds the work."""

from celery import shared_task

from volunteers import generation


@shared_task(name="volunteers.generate_shifts")
def generate_shifts():
    return len(generation.generate().new)
