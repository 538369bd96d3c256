"""The page of a long ledger says by itself how far it is, and asks no more than it has to."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.tickets import ledgers
from tickets.importing import running, working
from tickets.models import LedgerImport

PAUSE = 3_000  # of progress.js


def test_page_of_a_long_file_follows_it_by_itself(page_of, house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    ledger = ledgers.kept(house)
    page, asked = page_of(house.dispatcher), []
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(hours=1))  # from here it goes on only as far as it is told
    page.goto(reverse("tickets:ledger", args=[ledger.pk]))
    page.on("request", lambda request: asked.append(request.url) if "progress=" in request.url else None)
    LedgerImport.objects.update(total=77, ready=77)

    page.clock.run_for(PAUSE - 1)
    too_early = len(asked)
    page.clock.run_for(1)
    page.get_by_text("读了77行").wait_for()
    working.go_on()
    before = len(asked)
    page.clock.run_for(PAUSE)
    page.get_by_role("heading", name="看读成的对不对").wait_for()

    assert (too_early, before, len(asked)) == (0, 1, 2)


def test_columns_are_said_without_script(page_of, house):
    content = ledgers.csv(("2026/3/3", "漏水"), head=("来件日", "怎么回事"))
    page = page_of(house.dispatcher, javascript=False)
    page.goto(reverse("tickets:ledger", args=[ledgers.kept(house, content).pk]))

    page.get_by_role("combobox", name="来件日").select_option("收到时间")
    page.get_by_role("combobox", name="怎么回事").select_option("内容")
    page.get_by_role("button", name="照选的再读一遍").click()

    assert page.get_by_text("共1行，可以导入1行").is_visible()
