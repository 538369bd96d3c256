"""Run in a process of its own: furnishes the database named by the environment and prints the way in."""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from tests.factories import House  # noqa: E402

house = House()
client = Client()
client.force_login(house.volunteer)
session = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({"session": session, "desk": house.station.code}))
