"""Wires the product together; no app imports it."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
