"""Thousands of random legal and illegal steps break nothing that must hold (the walk is in wandering.py)."""

from random import Random

import pytest

from tests.tickets.wandering import CALLS, Walk
from tickets.states import MOVES, Verb, Who

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
@pytest.mark.parametrize("seed", [1, 2])
def test_random_steps_keep_every_promise(seed):
    walk = walked(seed)

    assert walk.faults == []
    assert {*CALLS, Verb.RECEIVE} == set(walk.done) == set(walk.refused)


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(100, 110))
def test_twenty_thousand_random_steps_keep_every_promise(seed):
    walk = walked(seed, steps=2000)

    assert walk.faults == []
