"""给别人报名: in which order a lead reads the people of the station, and what of them."""

import re
from datetime import timedelta

import time_machine
from django.urls import reverse

from tests.factories import at
from tests.volunteers.rosters import seated, shift, volunteer

NOW = at("2026-11-23 10:00")


@time_machine.travel(NOW, tick=False)
def test_lead_reads_first_who_has_least_of_what_they_can_give(house, client_of):
    """Hours behind and ahead against the hours a month; colleagues read the names alone."""
    free = shift(house.station, at("2026-11-27 09:00"))
    hours = {"甲": (20, 16), "乙": (2, 16), "丙": (3, 32), "丁": (0, 16)}
    for day, (name, (length, monthly)) in enumerate(hours.items()):
        person = volunteer(house.station, name=name, monthly_hours=monthly, weekly_hours=40)
        for n in range(-(-length // 10)):
            start = at("2026-11-09 09:00") + timedelta(days=4 * n + day)
            seated(shift(house.station, start, hours=min(10, length), seats=1).seats.get(), person)

    lead, colleague = (shown(client_of(user), free) for user in (house.lead, house.volunteer))

    options = re.findall(r"<option value=\"\d+\">([甲乙丙丁][^<]*)<", lead)[:4]
    assert options == [
        "丁，近12周没排过",
        "丙，近12周值过和已排共3小时",
        "乙，近12周值过和已排共2小时",
        "甲，近12周值过和已排共20小时",
    ]
    assert "近12周" not in colleague


def shown(client, made):
    return client.get(reverse("volunteers:shift", args=[made.pk])).content.decode()
