"""What a change at a station is refused with: the Chinese sentence the user will read, and the page's status."""


class Refused(Exception):
    """A change that may not happen; `field` names the form field where one is to blame."""

    http_status = 422

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class Conflict(Refused):
    """Somebody was first, or it is not there any more."""

    http_status = 409
