"""The file of old cases that a dispatcher sends, and how it is meant."""

from django import forms

from tickets.importing import running

ENDS = {"end": "到此为止，不算“已解决”", "open": "还没办完，进派单台"}
MISSING = "选一个CSV或xlsx文件"


class LedgerForm(forms.Form):
    use_required_attribute = False

    station = forms.TypedChoiceField(
        label="导入到", coerce=int, help_text="表里有“站点”一列的，按那一列",
        error_messages={"required": "选一个站点", "invalid_choice": "选一个站点"},
    )  # fmt: skip
    answered = forms.ChoiceField(
        label="只写了答复、没写办结的行", choices=list(ENDS.items()), initial="end", widget=forms.RadioSelect,
        error_messages={"required": "选一种", "invalid_choice": "选一种"},
    )  # fmt: skip
    file = forms.FileField(
        label="台账文件（CSV或xlsx）",
        help_text="读第一张表。要有一行列名，至少有收到时间和内容；列名认不出来的，下一步可以选。不超过30 MB。",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        allow_empty_file=True,  # said in our words where it is read
        error_messages={"required": MISSING, "invalid": MISSING},
    )

    def __init__(self, *args, stations, **kwargs):
        super().__init__(*args, **kwargs)
        self.stations = {station.pk: station for station in stations}
        self.fields["station"].choices = [
            (pk, f"{one.name}（{one.code}）") for pk, one in self.stations.items()
        ]

    def clean_station(self):
        return self.stations[self.cleaned_data["station"]]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > running.MOST_SENT:
            raise forms.ValidationError(running.TOO_BIG)
        return file

    @property
    def answered_ends(self) -> bool:
        return self.cleaned_data["answered"] == "end"
