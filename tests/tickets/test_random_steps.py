"""Thousands of random legal and illegal steps break nothing that must hold (the walk is in wandering.py)."""

from datetime import timedelta
from random import Random

import pytest

from tests.tickets.wandering import CALLS, Walk
from tickets.models import Ticket
from tickets.states import MOVES, Verb, Who
from tickets.workflow import receiving

STEPS = 1000
SYSTEM_ONLY = {
    verb for verb in Verb if {who for move in MOVES if move.verb == verb for who in move.who} == {Who.SYSTEM}
}


def walked(seed, steps=STEPS) -> Walk:
    walk = Walk(Random(seed))
    walk.go(steps)
    return walk


def test_every_verb_is_walked():
    built = {move.verb for move in MOVES if move.built} - SYSTEM_ONLY

    assert built == {*CALLS, Verb.RECEIVE}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, pytest.param(3, marks=pytest.mark.prove)])
def test_random_steps_keep_every_promise(seed):
    walk = walked(seed)

    assert walk.faults == []
    assert {*CALLS, Verb.RECEIVE} == set(walk.done) == set(walk.refused)


def unlate(ticket, at):
    ticket.clocks.running().update(due_at=at + timedelta(days=30))


def every_other(station, day, *rows, real=receiving.next_number):
    real(station, day)
    return real(station, day, *rows)


def whatever_it_is_now(ticket):
    return Ticket.objects.filter(pk=ticket.pk)


PLANTED = {
    "late no longer": ("tickets.clocks.charge", unlate, "no longer late"),
    "a number left out": ("tickets.workflow.receiving.next_number", every_other, "numbers of"),
    "nobody told": ("tickets.announce.tell_people", lambda *args, **kwargs: None, "told"),
    "read-check-save": ("tickets.workflow.door.unchanged", whatever_it_is_now, ""),
    "a clock forgotten": ("tickets.clocks.stop", lambda ticket, at: None, "runs on a ticket"),
}


def stumbles(walk, complaint) -> bool:
    walk.go(50)
    return any(complaint in found for found in walk.faults)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", PLANTED)
def test_planted_fault_is_found(monkeypatch, name):
    """Negative control: with a guard taken out the walk stumbles."""
    place, fault, complaint = PLANTED[name]
    monkeypatch.setattr(place, fault)

    walk = Walk(Random(7))

    assert any(stumbles(walk, complaint) for _ in range(8))


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(100, 110))
def test_twenty_thousand_random_steps_keep_every_promise(seed):
    walk = walked(seed, steps=2000)

    assert walk.faults == []
