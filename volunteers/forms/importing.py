"""The file that a lead sends, and for which of the own stations."""

from django import forms
from django.core.exceptions import ValidationError

from volunteers.importing.package import MOST_BYTES, TOO_BIG


class UploadForm(forms.Form):
    use_required_attribute = False
    station = forms.TypedChoiceField(
        label="登记到", coerce=int, error_messages={"required": "选一个站点", "invalid_choice": "选一个站点"}
    )
    file = forms.FileField(
        label="名单（xlsx）",
        help_text="第一张表里要有“姓名”和“手机号”两列。最多2,000行、2 MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,  # said in our words where it is read
        error_messages={"required": "选一个xlsx文件", "invalid": "选一个xlsx文件"},
    )

    def __init__(self, *args, stations, **kwargs):
        super().__init__(*args, **kwargs)
        self.stations = {station.pk: station for station in stations}
        field = self.fields["station"]
        field.choices = [(pk, station.name) for pk, station in self.stations.items()]
        if len(stations) == 1:
            field.widget, field.initial = forms.HiddenInput(), stations[0].pk

    def clean_station(self):
        return self.stations[self.cleaned_data["station"]]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(TOO_BIG)
        return file
