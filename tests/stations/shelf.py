"""What stands on a station's shelf and what is lent of it: shared by the tests of visits, loans and supplies."""

import uuid
from datetime import timedelta

from django.utils import timezone

from stations import lending, stock, visiting
from stations.models import Loan, Supply, Visit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def supply(house, name="充电器", count=3, **settings) -> Supply:
    """Entered by the station lead; lendable unless told otherwise."""
    settings = {"unit_word": "个", "low_mark": None, "is_lendable": True, **settings}
    return stock.add_supply(
        house.station, name=name, stock=count, key=uuid.uuid4(), by=house.lead, **settings
    )


def lent(house, thing=None, *, by=None, now=None, due=HOUR, **told) -> Loan:
    """Lent by the volunteer until an hour from now, to somebody who said nothing."""
    now = now or timezone.now()
    told.setdefault("submission_id", uuid.uuid4())
    thing = thing or supply(house)
    return lending.lend(thing, by=by or house.volunteer, due_at=now + due, now=now, **told)


def tapped(house, kind="water", *, by=None, now=None) -> Visit:
    return visiting.tap(house.station, kind, key=uuid.uuid4(), by=by or house.volunteer, now=now)
