"""The forms of a page as a browser would send them: names and values, read from the HTML."""

from html.parser import HTMLParser

UNSENT = ("submit", "button", "file", "reset", "image")


class _Fields(HTMLParser):
    """Names with the values that stand in a page's fields; `names` has those too that nothing is chosen for."""

    def __init__(self):
        super().__init__()
        self.names, self.values = set(), []
        self._select, self._textarea = None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "name" in given and tag in ("input", "select", "textarea", "button"):
            self.names.add(given["name"])
        if tag == "input" and "name" in given:
            self._input(given)
        elif tag == "select":
            self._select = given.get("name")
        elif tag == "option" and self._select and "selected" in given:
            self.values.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._textarea = given.get("name")
            self.values.append((self._textarea, ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data):
        if self._textarea:
            self.values[-1] = (self._textarea, self.values[-1][1] + data)

    def _input(self, given):
        kind = given.get("type", "text")
        is_left_out = kind in UNSENT or (kind in ("radio", "checkbox") and "checked" not in given)
        if not is_left_out:
            self.values.append((given["name"], given.get("value", "on")))


def _read(response) -> _Fields:
    fields = _Fields()
    fields.feed(response.content.decode())
    return fields


def field_names(response) -> set:
    return _read(response).names


def as_sent(response) -> dict:
    """What pressing the button without touching anything would send."""
    sent = {}
    for name, value in _read(response).values:
        sent.setdefault(name, []).append(value)
    return {name: values for name, values in sent.items() if name != "csrfmiddlewaretoken"}
