"""A small community with a photo, a folder for its photos, and where its backup goes."""

import pytest

from tests.pictures import photo_of
from tests.tickets.loop import ticket_in
from tickets.states import Status


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "backup.zip"


@pytest.fixture
def ticket(house):
    """A ticket with a photo: little, where not every table matters."""
    ticket = ticket_in(Status.RECEIVED, house)
    photo_of(ticket)
    return ticket
