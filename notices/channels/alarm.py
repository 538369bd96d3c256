"""Ends a conversation that takes too long in all: a timeout of the socket starts anew with every byte that drips."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

SECONDS = 12.0  # for one message, whatever the other side does


@contextmanager
def hang_up_after(seconds: float, find_socket: Callable[[], socket.socket | None]) -> Iterator[None]:
    """While the block runs; whoever is reading then gets an end of file, or an OSError."""
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(done, seconds, find_socket), daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _watch(done: threading.Event, seconds: float, find_socket: Callable[[], socket.socket | None]) -> None:
    """Again and again, since a socket may be wrapped anew between the look and the cut."""
    wait = seconds
    while not done.wait(wait):
        wait = 0.1
        line = find_socket()
        if line is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # an SSLSocket's own would wait for its reader
