"""The two keys to a receipt: how they are made, read, revoked and how long they open."""

import re
import uuid
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import at
from tickets import receipts, workflow
from tickets.models import Receipt

MONDAY = at("2026-11-23 10:00")
ISSUED = [50_000, pytest.param(200_000, marks=pytest.mark.prove)]
# χ² with 31 degrees of freedom exceeds this once in a thousand sets of positions (eleven are looked at).
CHI_SQUARE = 68.0
SYMBOLS = st.text(receipts.ALPHABET, min_size=10, max_size=10)


@pytest.fixture(scope="module", params=ISSUED)
def codes(request):
    """Codes of receipts that are never stored."""
    made = (SimpleNamespace(uid=uuid.uuid4(), version=1) for _ in range(request.param))
    return [receipts.code(receipt) for receipt in made]


@pytest.fixture
def receipt(house):
    return Receipt.objects.get(reporter__ticket=house.receive(now=MONDAY))


def close(receipt, house, now):
    ticket = receipt.reporter.ticket
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=now)
    workflow.claim(ticket, by=house.staff, now=now)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="换好了", now=now)
    workflow.review(ticket, by=receipt.reporter, solved="yes", satisfied="satisfied", now=now)


def test_clash_of_codes_draws_another(house, receipt, monkeypatch):
    first, real = [receipts.code(receipt)], receipts.code
    monkeypatch.setattr(receipts, "code", lambda new: first.pop() if first else real(new))

    ticket = house.receive(now=MONDAY)

    assert not first, "the taken code was never drawn"
    assert real(Receipt.objects.get(reporter__ticket=ticket)) != real(receipt)


@pytest.mark.slow
def test_codes_of_many_receipts_are_all_different(codes):
    assert len(set(codes)) == len(codes) >= 50_000


@pytest.mark.slow
def test_codes_use_every_symbol_equally_at_every_place(codes):
    expected = len(codes) / len(receipts.ALPHABET)

    for place in range(receipts.SYMBOLS + 1):
        seen = Counter(code[place] for code in codes)
        chi = sum((seen[symbol] - expected) ** 2 / expected for symbol in receipts.ALPHABET)
        assert chi < CHI_SQUARE, f"place {place}: {chi}"


@pytest.mark.slow
def test_codes_guessed_at_random_are_nobodys(codes):
    live = set(codes[: len(codes) // 2])

    guesses = (receipts.code(SimpleNamespace(uid=uuid.uuid4(), version=9)) for _ in range(len(codes) // 2))

    assert not live.intersection(guesses)


@given(SYMBOLS, st.integers(0, 10), st.sampled_from(receipts.ALPHABET))
def test_check_symbol_catches_every_single_wrong_symbol(symbols, place, wrong):
    code = symbols + receipts.check_symbol(symbols)
    mistyped = code[:place] + wrong + code[place + 1 :]

    assert receipts.read_code(mistyped) == (code if mistyped == code else None)


def test_check_symbol_catches_nearly_every_swap(codes):
    swaps = caught = 0

    for code in codes[:2000]:
        for i in range(len(code) - 1):
            swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
            swaps += swapped != code
            caught += swapped != code and receipts.read_code(swapped) is None

    assert caught / swaps >= 0.97


@pytest.mark.parametrize(
    "typed",
    ["k7q2m9t4xr{c}", " K7Q2-M9T-4XR{c} ", "Ｋ７Ｑ２－Ｍ９Ｔ－４ＸＲ{c}", "K7Q2—M9T—4XR{c}。"],
)
def test_code_is_read_however_it_is_written(typed):
    check = receipts.check_symbol("K7Q2M9T4XR")

    assert receipts.read_code(typed.format(c=check)) == f"K7Q2M9T4XR{check}"


def test_code_takes_letters_for_the_digits_they_look_like():
    check = receipts.check_symbol("0011100000")

    assert receipts.read_code(f"oOiLl00o0O{check}") == f"0011100000{check}"


@pytest.mark.parametrize("typed", ["", "K7Q2", "K7Q2-M9T-4XRUU", "您好", "🙂" * 11, "HY01-20261121-003"])
def test_code_that_can_be_none_is_none(typed):
    assert receipts.read_code(typed) is None


def test_receipt_opens_by_its_token_and_its_code_and_stores_neither(receipt):
    token, code = receipts.token(receipt), receipts.code(receipt)
    stored = f"{receipt.token_hash}{receipt.code_hash}"

    assert receipts.by_token(token, now=MONDAY) == receipt
    assert receipts.by_code(receipts.printed(code).lower(), now=MONDAY) == receipt
    assert token not in stored and code not in stored


def test_token_is_long_enough_and_fits_into_an_address(receipt):
    assert re.fullmatch(r"[A-Za-z0-9_-]{27}", receipts.token(receipt))


def test_keys_depend_on_the_key_outside_the_database(receipt, settings):
    before = receipts.token(receipt), receipts.code(receipt)

    settings.RECEIPT_KEY = "another key " * 4

    assert receipts.token(receipt) != before[0]
    assert receipts.code(receipt) != before[1]


def test_reissue_revokes_both_old_keys(receipt):
    token, code = receipts.token(receipt), receipts.code(receipt)

    new = receipts.reissue(receipt, now=MONDAY)

    assert new.version == 2
    assert receipts.by_token(token, now=MONDAY) is None
    assert receipts.by_code(code, now=MONDAY) is None
    assert receipts.by_token(receipts.token(new), now=MONDAY) == new


def test_reissue_of_a_revoked_receipt_gives_the_one_that_holds(receipt):
    new = receipts.reissue(receipt, now=MONDAY)

    assert receipts.reissue(receipt, now=MONDAY) == new
    assert Receipt.objects.valid().count() == 1


def test_receipt_ends_ninety_days_after_closing(receipt, house):
    close(receipt, house, MONDAY)
    last_moment = MONDAY + timedelta(days=90)

    assert receipts.by_token(receipts.token(receipt), now=last_moment) == receipt
    assert receipts.by_token(receipts.token(receipt), now=last_moment + timedelta(seconds=1)) is None
    assert receipts.by_code(receipts.code(receipt), now=last_moment + timedelta(seconds=1)) is None


def test_receipt_of_an_open_ticket_never_ends(receipt):
    assert receipts.by_code(receipts.code(receipt), now=MONDAY + timedelta(days=900)) == receipt


@pytest.mark.parametrize(("phone", "typed", "fits"), [
    ("13800138421", "8421", True),
    ("023-1200 0118", "0118", True),
    ("13800138421", "8422", False),
    ("", "", False),
    ("118", "118", False),
])  # fmt: skip
def test_tail_fits_the_last_four_digits_only(receipt, phone, typed, fits):
    receipt.reporter.phone = phone

    assert receipts.tail_fits(receipt, typed) is fits


def test_valid_receipt_of_a_reporter_is_the_newest(receipt):
    new = receipts.reissue(receipt, now=MONDAY)

    assert Receipt.objects.valid().first_of(receipt.reporter.ticket) == new
    with pytest.raises(ObjectDoesNotExist):
        Receipt.objects.valid().of_reporter(0)
