"""A worker that can hear nothing any more takes a new line to the broker.

When Redis hangs for a moment while a message is being acknowledged, Celery notes "Couldn't ack" and goes on; the
message stays counted as being worked on, and a worker that takes one at a time takes none ever again
(celery/celery#7276 and its kin). Found by tests/crash/test_outages.py.
"""

import time
from typing import Any

from celery import bootsteps
from celery.worker import state

SECONDS = 5


class Listening(bootsteps.StartStopStep):
    """Looks every few seconds whether there is room for a message while none is being worked on."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **kwargs: Any):
        self.timer: Any = None
        self.deaf_since: float | None = None
        super().__init__(consumer, **kwargs)

    def start(self, consumer: Any) -> None:
        """Only with a broker that is heard by the event loop; the folders are read anew each time."""
        self.deaf_since = None
        if consumer.hub:
            self.timer = consumer.timer.call_repeatedly(SECONDS, self.look, (consumer,))

    def stop(self, consumer: Any) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None

    def look(self, consumer: Any) -> None:
        """Raised from the event loop, an error of the connection makes Celery connect anew."""
        if state.reserved_requests or consumer.task_consumer.channel.qos.can_consume():
            self.deaf_since = None
        elif self.deaf_since is None:
            self.deaf_since = time.monotonic()
        elif time.monotonic() - self.deaf_since >= SECONDS:
            raise ConnectionResetError("messages are counted as being worked on, and none is")
