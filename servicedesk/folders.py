"""The broker in folders, for installations without Redis: kombu's, with its holes closed.

Kombu's own opens a message under its final name before it writes, so that a worker may take half of it and die of
it, and a full disk leaves half messages for good (celery/kombu#1551). Here a message appears whole or not at all, is
taken by one rename, and one that cannot be read is set aside. The tables of who listens, which two starting
processes empty for each other (treeverse/dvc-task#73), are written by one at a time. See docs/decisions/0018.
"""

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
MESSAGE_KEYS = {"body", "headers", "properties"}


class Channel(filesystem.Channel):
    """Needs `processed_folder` (taken, for the moment of reading) and `unreadable_folder` beside the queue's."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Write under a name that no reader looks for, then rename.

        Named by the wall clock and of equal length, since the first by name is taken first; kombu counts from the
        machine's start, with as many digits as it takes.
        """
        final = Path(self.data_folder_out, f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg")
        draft = final.with_suffix(".part")
        try:
            draft.write_bytes(dumps(payload).encode())
            draft.rename(final)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add a message to {self.data_folder_out}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The first message that can be read; Empty without one."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] == f"{queue}.msg" and (message := self._take(name)):
                return message
        raise Empty

    def _take(self, name: str) -> dict[str, Any] | None:
        """One of several readers gets it; None for the others, and where it cannot be read."""
        taken = Path(self.processed_folder, name)
        try:
            Path(self.data_folder_in, name).rename(taken)
        except FileNotFoundError:
            return None
        try:
            message = _whole(taken.read_bytes())
        except (OSError, ValueError) as error:
            self._set_aside(taken, error)
            return None
        taken.unlink()
        return message

    def _set_aside(self, file: Path, error: Exception) -> None:
        """For a person to look at: a message asks for nothing that the next one does not ask too."""
        aside = Path(self.transport_options["unreadable_folder"], file.name)
        log.error("A message could not be read (%s) and lies in %s", error, aside)
        with suppress(FileNotFoundError):
            file.replace(aside)

    def get_table(self, exchange: str) -> list[Any]:
        """Who listens; nobody yet while the table is being made."""
        try:
            return list(super().get_table(exchange))
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, *args: Any) -> None:
        with self._table_alone(exchange):
            super()._queue_bind(exchange, *args)

    def _delete(self, queue: str, exchange: str, *args: Any, **kwargs: Any) -> None:
        with self._table_alone(exchange):
            super()._delete(queue, exchange, *args, **kwargs)

    @contextmanager
    def _table_alone(self, exchange: str) -> Iterator[None]:
        """One process changes tables at a time, and finds one that can be read, or none."""
        table = self._exchange_file(exchange)
        with (self.control_folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                try:
                    loads(table.read_bytes())
                except ValueError as error:
                    self._set_aside(table, error)
            yield


class Transport(filesystem.Transport):
    """`folders://localhost` as the broker's address: servicedesk/celery.py gives it the name."""

    Channel = Channel


def _whole(content: bytes) -> dict[str, Any]:
    """The message; ValueError for what is none."""
    message = loads(content)
    if not isinstance(message, dict) or not MESSAGE_KEYS <= message.keys():
        raise ValueError("no message")
    if not isinstance(message["properties"], dict) or "delivery_tag" not in message["properties"]:
        raise ValueError("no message")
    return message
