"""What a command is told of columns and of words for satisfaction: 原标题=字段, 一般=基本满意."""

from collections.abc import Iterable

from stations.refusals import Refused
from tickets.importing import values
from tickets.importing.headings import LABELS, MEANT, plain
from tickets.models import Rating

UNUSED, NO_RATING = "不用", "不算评价"
CODES = {label: str(code) for code, label in Rating.Satisfied.choices} | {NO_RATING: ""}
LABELS_OF = {code: label for label, code in CODES.items()}
NO_FIELD = "看不懂“{}”：请写成 原标题=字段，字段可以是：{}。"
NO_CODE = "看不懂“{}”：请写成 一般=基本满意 这样，等号后面可以是：{}。"
LISTED = "“{}”本来就认得，不用说明。"


def of_columns(pairs: Iterable[str]) -> dict[str, str]:
    """{heading: field, "" for unused}. Refused with what may be written."""
    said = {}
    for pair in pairs:
        heading, _, name = pair.rpartition("=")
        field = "" if name.strip() in (UNUSED, f"{UNUSED}这一列") else MEANT.get(plain(name), (None,))[0]
        if not heading.strip() or field is None:
            raise Refused(NO_FIELD.format(pair, "、".join([*LABELS.values(), UNUSED])))
        said[heading] = field
    return said


def of_ratings(pairs: Iterable[str]) -> dict[str, str]:
    """{word: code of how satisfied, "" for no rating}. Refused with what may be written."""
    said = {}
    for pair in pairs:
        word, _, label = pair.rpartition("=")
        if not word.strip() or label.strip() not in CODES:
            raise Refused(NO_CODE.format(pair, "、".join(CODES)))
        if not values.unknown_rating(word):
            raise Refused(LISTED.format(word))
        said[word.strip()] = CODES[label.strip()]
    return said
