"""What unknown words for satisfaction count as, as somebody says by hand of this file or an earlier one."""

import pytest
from django.urls import reverse

from tests.factories import House
from tests.tickets import ledgers
from tickets.models import LedgerImport, Rating, Ticket


@pytest.fixture
def window(client, house):
    client.force_login(house.dispatcher)
    return client


@pytest.mark.parametrize(
    ("word", "satisfied"),
    [
        ("很满意", "satisfied"),
        ("非常满意", "satisfied"),
        ("较满意", "mostly"),
        ("比较满意", "mostly"),
        ("不太满意", "not"),
        ("很不满意", "not"),
    ],
)
def test_word_with_one_meaning_is_known(house, word, satisfied):
    ledgers.imported(house, ledgers.rated(word))

    assert Rating.objects.get().satisfied == Rating.Satisfied(satisfied)


def test_unknown_words_are_counted_and_nothing_is_chosen_for_them(window, house):
    ledger = ledgers.kept(house, ledgers.rated("一般", "满意", "还行", "一般", "未评价"))

    page = ledgers.page_of(window, ledger)

    assert ledger.words == [{"word": "一般", "rows": 2}, {"word": "还行", "rows": 1}]
    assert (ledger.ready, ledger.bad) == (2, 3) and "满意度“一般”看不懂" in page
    assert '<option value="" selected>没有说明，不导入</option>' in page


def test_words_count_as_somebody_says(window, house):
    ledger = ledgers.kept(house, ledgers.rated("一般", "还行", "马马虎虎"))

    ledgers.say(
        window,
        ledger,
        **ledgers.as_read(ledger),
        rating_一般="mostly",
        rating_还行="none",
        rating_马马虎虎="",
    )
    page = ledgers.page_of(window, ledger)
    window.post(reverse("tickets:ledger", args=[ledger.pk]))

    assert "可以导入<b>2行</b>" in page and '<option value="mostly" selected>' in page
    assert list(Rating.objects.values_list("ticket__external_id", "satisfied")) == [("W-0", "mostly")]
    assert sorted(Ticket.objects.values_list("external_id", flat=True)) == ["W-0", "W-1"]


def test_what_words_count_as_is_kept_for_the_next_file_of_the_community(window, house, tmp_path):
    ledger = ledgers.kept(house, ledgers.rated("一般", "还行"))
    ledgers.say(window, ledger, **ledgers.as_read(ledger), rating_一般="mostly", rating_还行="none")

    again, elsewhere = (
        ledgers.kept(house, ledgers.rated("一般", "还行")),
        ledgers.kept(House(), ledgers.rated("一般")),
    )

    assert [(one.ready, one.bad, one.is_by_hand) for one in (again, elsewhere)] == [
        (2, 0, False),
        (0, 1, False),
    ]
    assert '<option value="mostly" selected>' in ledgers.page_of(window, again)
    ledgers.command(house, tmp_path, ledgers.rated("一般"), "--rating", "还行=满意")
    assert Rating.objects.get().satisfied == "mostly"
    assert LedgerImport.objects.ratings_in(house.area) == {"一般": "mostly", "还行": "satisfied"}


def test_word_set_back_to_unsaid_is_asked_for_again_in_the_next_file(window, house):
    ledger = ledgers.kept(house, ledgers.rated("一般"))
    ledgers.say(window, ledger, **ledgers.as_read(ledger), rating_一般="mostly")
    second = ledgers.kept(house, ledgers.rated("一般"))
    ledgers.say(window, second, **ledgers.as_read(second), rating_一般="")

    third = ledgers.kept(house, ledgers.rated("一般"))

    second.refresh_from_db()
    assert [(one.ready, one.bad) for one in (second, third)] == [(0, 1)] * 2
    assert '<option value="" selected>没有说明，不导入</option>' in ledgers.page_of(window, third)


def test_column_that_holds_sentences_asks_for_no_words(house):
    ledger = ledgers.kept(house, ledgers.rated("居民说修得很快，就是等了两天，总的来说还可以"))

    assert (ledger.words, ledger.bad) == ([], 1)


def test_command_is_told_what_a_word_counts_as(house, tmp_path, capsys):
    ledgers.command(house, tmp_path, ledgers.rated("一般", "还行"), "--rating", "一般=基本满意")

    told = capsys.readouterr().out
    assert "评价“一般”1行，算作：基本满意" in told and "评价“还行”1行，算作：没有说明" in told
    assert list(Rating.objects.values_list("satisfied", flat=True)) == ["mostly"]
