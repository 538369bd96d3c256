"""The photos of a form: new files, those it brought before, and which of these to leave out. Never refuses anything."""

import uuid

from django import forms
from django.utils.functional import cached_property

from stations.fields import KeyedForm, LineField
from tickets.models import Photo
from tickets.photos import MOST, Sent, Taken

ACCEPT = "image/jpeg,image/png,image/webp"
DRAFT, DROP = "photo_draft", "photo_drop"


class PhotosInput(forms.FileInput):
    """Gallery and camera, and what has been brought already; photos.js makes it comfortable."""

    template_name = "components/photos_input.html"
    allow_multiple_selected = True

    def __init__(self):
        super().__init__({"accept": ACCEPT})
        self.draft, self.kept, self.left_out = None, (), ()

    def value_from_datadict(self, data, files, name) -> Sent:
        sent = files.getlist(name) if hasattr(files, "getlist") else []
        dropped = data.getlist(DROP) if hasattr(data, "getlist") else []
        return Sent(tuple(sent), _key(data.get(DRAFT)), frozenset(dropped[: 2 * MOST]))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        context["widget"].update(draft=self.draft, kept=self.kept, left_out=self.left_out, most=MOST)
        return context


class PhotosField(forms.Field):
    """Gives a `Sent`; what is wrong with a photo is found out later and costs only the photo."""

    widget = PhotosInput

    def __init__(self, label="照片"):
        super().__init__(label=label, required=False)

    def clean(self, value):
        return value


class WithPhotos(forms.Form):
    """A form that brings photos of one stage. They stand last on the page; the view has them taken."""

    photos = PhotosField()
    photo_stage = Photo.Stage.RECEIVED
    left_out: tuple[str, ...] = ()
    taken: Taken | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "photos"])

    @cached_property
    def sent(self) -> Sent:
        return self["photos"].data

    def keep(self, taken: Taken) -> None:
        """Show what has been taken when the page comes again, under the same key."""
        self.taken, widget = taken, self.fields["photos"].widget
        widget.draft, widget.kept = taken.draft, taken.ready + taken.over
        self.left_out = widget.left_out = taken.refused


def _key(text) -> uuid.UUID | None:
    """The drafts' key as the page carried it; none, or a spoilt one, brings no drafts."""
    try:
        return uuid.UUID(text)
    except (TypeError, ValueError, AttributeError):
        return None


class AddPhotosForm(WithPhotos, KeyedForm):
    """Photos for a ticket that is under way: the likely stage is chosen, where there is a choice."""

    stage = forms.ChoiceField(
        label="什么时候的照片", widget=forms.RadioSelect(attrs={"class": "picks-3"}),
        error_messages={"required": "请选是什么时候的照片", "invalid_choice": "请选是什么时候的照片"},
    )  # fmt: skip

    def __init__(self, *args, stages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = True
        field = self.fields["stage"]
        field.choices, field.initial = [(stage, stage.label) for stage in stages], stages[0]
        if len(stages) == 1:
            field.required, field.widget = False, forms.HiddenInput()

    def clean_stage(self):
        return self.cleaned_data["stage"] or self.fields["stage"].initial

    def blame_left_out(self) -> None:
        """None of the chosen could be taken: why is the error of the field, and stands nowhere else."""
        for sentence in self.left_out:
            self.add_error("photos", sentence)
        self.fields["photos"].widget.left_out = ()


class RemovePhotoForm(forms.Form):
    use_required_attribute = False
    reason = LineField(
        label="为什么拿掉", required=True, max_length=200, help_text="记在办理经过里，例如：拍到了人脸",
        error_messages={"required": "写明为什么拿掉", "max_length": "最多200字，请写短一些"},
    )  # fmt: skip
