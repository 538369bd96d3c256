"""The Celery application.  Requests publish nothing; beat nudges, tasks look into tables."""

import os
from pathlib import Path

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from servicedesk.listening import Listening

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

TRANSPORT_ALIASES["folders"] = "servicedesk.folders:Transport"

app = Celery("servicedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Listening)


@app.on_after_configure.connect
def make_broker_folders(sender: Celery, **kwargs: object) -> None:
    """The broker in folders expects its folders to be there; Redis has none."""
    for name, folder in sender.conf.broker_transport_options.items():
        if "folder" in name:
            Path(folder).mkdir(parents=True, exist_ok=True)
