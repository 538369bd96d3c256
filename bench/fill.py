"""Fill BENCH_DB with N tickets of the demo's volume and sign the bench's people in. Safe to repeat.

BENCH_DB=servicedesk_100000 .venv/bin/python -m bench.fill 100000
"""

import sys

from bench import place

place.prepare()

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import Count  # noqa: E402

from accounts.models import Post, User  # noqa: E402
from bench.signing_in import sign_in  # noqa: E402
from tickets.demo import sign_ins, volume  # noqa: E402
from tickets.models import Ticket  # noqa: E402
from tickets.states import Status  # noqa: E402

Role = Post.Role


def main(count: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_demo", tickets=count)
    call_command("tally")  # what the worker does in the first minutes
    posts = Post.objects.active().select_related("user")
    ticket = _busiest()
    sign_in("secretary", User.objects.get(phone=sign_ins.STREET_SECRETARY.phone))
    sign_in("dispatcher", posts.filter(role=Role.DISPATCHER, area=ticket.area).first().user)
    sign_in("worker", ticket.claimant)
    for n in range(1, len(volume.NAMES) + 1):
        sign_in(f"desk{n}", posts.filter(role=Role.VOLUNTEER, station__code=f"CS{n:02d}").first().user)


def _busiest() -> Ticket:
    """The ticket in hand with the longest story, marked so that the door finds it."""
    in_hand = Ticket.objects.filter(status=Status.CLAIMED, station__code__startswith="CS")
    told = in_hand.annotate(steps=Count("events")).select_related("claimant", "area")
    marked = told.filter(submission_id=place.BUSIEST)
    ticket = (marked or told.order_by("-steps", "pk"))[0]
    Ticket.objects.filter(pk=ticket.pk).update(submission_id=place.BUSIEST)
    return ticket


if __name__ == "__main__":
    main(int(sys.argv[1]))
