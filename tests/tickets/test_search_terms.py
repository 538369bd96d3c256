"""What a ticket's words are stored as, and what finds them: pairs of characters, and where those begin."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from tests.tickets.loop import MONDAY
from tickets import search
from tickets.models import Ticket

migration = import_module("tickets.migrations.0035_single_characters")
WORDS = "厨房水管漏水，wifi 也断了。"


def found(text):
    return Ticket.objects.matching(text).exists()


def test_han_is_stored_as_pairs_with_its_last_character_and_the_rest_whole():
    assert search.terms("水管漏水 wifi 灯") == sorted(["水管", "管漏", "漏水", "水", "wifi", "灯"])


@pytest.mark.parametrize("character", "厨房水管漏也断了")
def test_every_single_character_finds_the_ticket(house, character):
    house.receive(WORDS, now=MONDAY, building=None, category=None)

    assert found(character)


@pytest.mark.parametrize("text", ["电", "w", "wif", "水房", "漏 电", "管 灯"])
def test_what_is_not_in_it_does_not(house, text):
    house.receive(WORDS, now=MONDAY, building=None, category=None)

    assert not found(text)


def test_several_single_characters_and_words_must_all_be_there(house):
    house.receive(WORDS, now=MONDAY, building=None, category=None)

    assert found("了 厨 水管 wifi")


def test_tickets_from_before_are_still_found_and_recent_ones_give_up_what_is_too_much(house):
    """They had every character by itself."""
    before = f"水管 管漏 漏水 {' '.join('水管漏')} 8 wifi"
    recent, old = (house.receive(WORDS, now=MONDAY) for _ in range(2))
    Ticket.objects.filter(pk=recent.pk).update(search=before, received_at=timezone.now())
    Ticket.objects.filter(pk=old.pk).update(search=before, received_at=timezone.now() - timedelta(days=61))

    with connection.cursor() as cursor:
        cursor.execute(migration.FORWARD)

    terms = dict(Ticket.objects.values_list("pk", "search"))
    assert terms == {recent.pk: "'8' 'wifi' '水管' '漏水' '管漏'", old.pk: terms[old.pk]}
    assert "'水'" in terms[old.pk]
    assert Ticket.objects.matching("管").count() == Ticket.objects.matching("漏水").count() == 2
