"""The product's Celery application with the delivery alone, every second: folders hand over two messages a second."""

from servicedesk.celery import app

app.conf.beat_schedule = {
    "deliver notices": {"task": "notices.deliver", "schedule": 1, "options": {"expires": 15}},
}
