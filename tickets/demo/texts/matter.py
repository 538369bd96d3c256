"""One kind of matter: what the resident says, what is replied, how it ends. Decides nothing."""

from dataclasses import dataclass

ALL_YEAR = tuple(range(1, 13))
SUMMER = (5, 6, 7, 8, 9)
RAINS = (4, 5, 6, 7, 8, 9)
WINTER = (11, 12, 1, 2)
LEAVES = (10, 11, 12)


@dataclass(frozen=True)
class Matter:
    """`words` begin with what becomes the title. `to` names the kind of unit, see places.Community.units."""

    category: str
    words: str
    place: str
    reply: str
    done: str
    to: str
    months: tuple[int, ...] = ALL_YEAR
    has_building: bool = True
    solvable: str = "yes"
    thanks: str = ""

    @property
    def said_for(self) -> str:
        """The day named in the reply's words, if any, so that the promised date can agree with them."""
        if any(word in self.reply for word in ("今天", "今晚", "马上", "下午", "现在", "晚上")):
            return "today"
        return "tomorrow" if "明天" in self.reply else ""

    @property
    def outcome(self) -> str:
        return {"yes": "solved", "partly": "partly", "no": "not"}[self.solvable]


def of(category: str, to: str):
    """A short hand for tables of one category: of("水电气", "property")(words, place, reply, done, …)."""

    def matter(words, place, reply, done, **more):
        return Matter(category, words, place, reply, done, **{"to": to, **more})

    return matter
