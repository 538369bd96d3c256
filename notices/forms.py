"""What may be typed about notices outside: a mailbox, a robot's address, the hours in which to be left alone."""

import re

from django import forms

from notices.channels import robot as robot_channel
from notices.models import Kind, Preference, Robot
from notices.models.outlets import QUIET_FROM, QUIET_TO

TIME_WRONG = "写成时和分，例如 21:00"
ROBOT_WRONG = "粘贴企业微信群机器人的Webhook地址，以 {origin}/cgi-bin/webhook/send?key= 开头"
MAILBOX_WRONG = "邮箱写得不对，应像 name@example.org"
# Of what mail's grammar allows besides: no quoted names, no machines of the house (localhost, [127.0.0.1]).
MAILBOX = re.compile(r'[^"\s]+@[^\[\]@]+\.[^\[\]@]+')
HALF_HOURS = [f"{hour:02d}:{minute}" for hour in range(24) for minute in ("00", "30")]


def _time(label):
    """Chosen from a list: a browser's own field would show it in the browser's language."""
    return forms.TimeField(
        label=label, input_formats=["%H:%M"], error_messages={"invalid": TIME_WRONG, "required": TIME_WRONG},
        widget=forms.Select(choices=[(text, text) for text in HALF_HOURS]),
    )  # fmt: skip


class QuietForm(forms.Form):
    """The hours of the night; the fields of each form stand before them."""

    use_required_attribute = False

    is_quiet = forms.BooleanField(
        label="夜里不打扰", required=False, help_text="安静时段里只发急事，别的到时段结束时合成一条"
    )
    quiet_from = _time("安静时段从")
    quiet_to = _time("到")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound and not self.data.get("is_quiet"):
            self.fields["quiet_from"].required = self.fields["quiet_to"].required = False

    @property
    def quiet(self):
        """From and to; neither when the night is not kept."""
        data = self.cleaned_data
        return (data["quiet_from"], data["quiet_to"]) if data["is_quiet"] else (None, None)

    def clean(self):
        data = super().clean()
        if data.get("is_quiet") and data.get("quiet_from") and data["quiet_from"] == data.get("quiet_to"):
            self.add_error("quiet_to", "开始和结束不能是同一个时刻")
        return data


def _night_of(outlet):
    """What the fields show; the usual hours stand ready where none are kept."""
    return {
        "is_quiet": outlet.quiet_from is not None,
        "quiet_from": f"{outlet.quiet_from or QUIET_FROM:%H:%M}",
        "quiet_to": f"{outlet.quiet_to or QUIET_TO:%H:%M}",
    }


class PreferenceForm(QuietForm):
    """What one person wants by e-mail."""

    is_on = forms.BooleanField(label="发邮件通知我", required=False)
    address = forms.EmailField(
        label="邮箱", required=False, max_length=254, help_text="新填的邮箱要先确认：打开确认信里的网址",
        error_messages={"invalid": MAILBOX_WRONG},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="发哪些", required=False, choices=Kind, widget=forms.CheckboxSelectMultiple,
        help_text="急事总是发", error_messages={"invalid_choice": "请在列出的几种里选"},
    )  # fmt: skip
    field_order = ["is_on", "address", "kinds"]

    def __init__(self, *args, preference: Preference, **kwargs):
        known = preference.wanted or preference.address
        is_on = preference.is_on and bool(preference.pk)
        initial = {"is_on": is_on, "address": known, "kinds": preference.kinds, **_night_of(preference)}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_address(self):
        address = self.cleaned_data["address"]
        if address and not MAILBOX.fullmatch(address):
            raise forms.ValidationError(MAILBOX_WRONG)
        return address

    def clean(self):
        data = super().clean()
        if data.get("is_on") and not data.get("address") and "address" not in self.errors:
            self.add_error("address", "填写邮箱，或者不选“发邮件通知我”")
        return data


class RobotForm(QuietForm):
    """A unit's group robot; its address never comes back to the page."""

    address = forms.CharField(
        label="机器人地址", required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )  # fmt: skip
    is_on = forms.BooleanField(label="把派给本单位的工单告诉这个群", required=False)
    field_order = ["address", "is_on"]

    def __init__(self, *args, robot: Robot | None, **kwargs):
        self.robot = robot
        shown = robot or Robot()
        super().__init__(*args, initial={"is_on": shown.is_on, **_night_of(shown)}, **kwargs)
        self.fields["address"].required = robot is None
        wrong = ROBOT_WRONG.format(origin=robot_channel.origins()[0])
        self.fields["address"].error_messages["required"] = wrong
        self.fields["address"].help_text = "留空就用原来的" if robot else "在企业微信群里“添加群机器人”后复制"

    def clean_address(self):
        address = self.cleaned_data["address"]
        if address and not robot_channel.is_allowed(address):
            raise forms.ValidationError(self.fields["address"].error_messages["required"])
        return address
