"""Celery's doors: call one function, report how much it did. A message is only a nudge: a query finds the work."""

from celery import shared_task
from django.utils import timezone

from volunteers import generation, reminding
from volunteers.seating import on_duty, waiting


@shared_task(name="volunteers.generate_shifts")
def generate_shifts():
    return len(generation.generate().new)


@shared_task(name="volunteers.move_up")
def move_up():
    return waiting.sweep(now=timezone.now())


@shared_task(name="volunteers.attend")
def attend():
    return on_duty.sweep()


@shared_task(name="volunteers.remind")
def remind():
    return reminding.remind(now=timezone.now())
