"""A field for a time of the day as it is typed; gives minutes since midnight."""

from django import forms
from django.core.exceptions import ValidationError

from volunteers import clock

HOW = "写成09:00或24:00这样"


class ClockField(forms.CharField):
    """09:00, 9:00, 9点30分, and 24:00 where a day may end."""

    def __init__(self, *, ends_day=False, **kwargs):
        self.ends_day = ends_day
        missing = f"{kwargs.get('label') or ''}没填，{HOW}"
        kwargs.setdefault("error_messages", {"required": missing, "max_length": HOW})
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "clock-in"})
        super().__init__(max_length=10, widget=widget, **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        minutes = clock.minutes_of(typed)
        if minutes is None:
            raise ValidationError(HOW)
        if minutes == clock.DAY and not self.ends_day:
            raise ValidationError("开始最晚23:59；24:00是当天结束")
        return minutes
