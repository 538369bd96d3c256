"""What somebody says the columns of an old ledger are, and what unknown words for satisfaction count as."""

from django import forms

from tickets.importing import columns
from tickets.importing.headings import LABELS, plain
from tickets.models import LedgerImport, Rating

UNUSED, NOT_SAID, NO_RATING = "-", "", "none"
FIELDS = [(UNUSED, "不用这一列"), *LABELS.items()]
COUNTS_AS = [(NOT_SAID, "没有说明，不导入"), *Rating.Satisfied.choices, (NO_RATING, "不算评价")]
CHOOSE = {"required": "选一种", "invalid_choice": "选一种"}


class ColumnsForm(forms.Form):
    """A choice for each column, by its place, and one for each word that nobody listed."""

    use_required_attribute = False

    def __init__(self, *args, ledger: LedgerImport, **kwargs):
        super().__init__(*args, **kwargs)
        self.columns = {f"column_{one['place']}": one for one in ledger.columns if "key" in one}
        self.words = {f"rating_{one['word']}": one for one in ledger.words}
        self.earlier = ledger.ratings
        for name, column in self.columns.items():
            self.fields[name] = _choice(column["heading"], "读成", FIELDS, column["field"] or UNUSED)
        for name, word in self.words.items():
            said = self.earlier.get(plain(word["word"]))
            self.fields[name] = _choice(
                word["word"], "算什么", COUNTS_AS, said or (NOT_SAID if said is None else NO_RATING)
            )
            self.fields[name].required = False

    def clean(self):
        """Each field once, and what no ledger can do without."""
        first: dict[str, str] = {}
        for name, column in self.columns.items():
            field = self.cleaned_data.get(name)
            if field in first:
                sentence = columns.TWO_FOR_ONE.format(first[field], column["heading"], LABELS[field])
                self.add_error(name, sentence)
            elif field and field != UNUSED:
                first[field] = column["heading"]
        listed = "、".join(column["heading"] for column in self.columns.values())
        if not self.errors and (lack := columns.lacking(first, listed)):
            raise forms.ValidationError(lack)

    @property
    def assigned(self) -> dict[str, str]:
        """{key of a column: field, "" for unused}"""
        said = {one["key"]: self.cleaned_data[name] for name, one in self.columns.items()}
        return {key: "" if field == UNUSED else field for key, field in said.items()}

    @property
    def ratings(self) -> dict[str, str | None]:
        """{word as words are compared: code, "" for none}; what was said of words that are not asked for now stays.

        None for a word that counted as something and is to be asked for again, also of the next file.
        """
        said = {plain(one["word"]): self.cleaned_data[name] for name, one in self.words.items()}
        codes = {NOT_SAID: None, NO_RATING: ""}
        known = {word: codes.get(code, code) for word, code in said.items()}
        return self.earlier | {
            word: code for word, code in known.items() if code is not None or word in self.earlier
        }

    def column_rows(self):
        return [(one["heading"], self[name]) for name, one in self.columns.items()]

    def word_rows(self):
        return [(one["word"], one["rows"], self[name]) for name, one in self.words.items()]


def _choice(label, said_as, choices, initial):
    select = forms.Select(attrs={"class": "form-select", "aria-label": f"“{label}”{said_as}"})
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, widget=select, error_messages=CHOOSE
    )
