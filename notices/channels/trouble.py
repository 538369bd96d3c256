"""Why a message did not get out, and whether trying again may help."""

from datetime import timedelta


class Trouble(Exception):
    """`reason` is the sentence that stands beside a dead letter."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Transient(Trouble):
    """Worth another try, after `wait` at the earliest; `everywhere`: the whole line is down, not this address."""

    def __init__(self, reason: str, *, wait: timedelta = timedelta(0), everywhere: bool = False):
        super().__init__(reason)
        self.wait, self.everywhere = wait, everywhere


class Permanent(Trouble):
    """No further try; `stops`: nothing will ever get to this address again."""

    def __init__(self, reason: str, *, stops: bool = False):
        super().__init__(reason)
        self.stops = stops
