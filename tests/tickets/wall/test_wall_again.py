"""One notice while a text waits for approval; what was taken down and is put back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from notices.models import Delivery, Notice
from tests.access.walled import published, written
from tests.factories import AreaFactory, person
from tests.keeping import Kept
from tests.tickets.loop import MONDAY, TUESDAY
from tests.tickets.wall.stages import TEXT, of, on_wall, save, told_of_nothing
from tickets.models import Ticket, WallEntry
from tickets.wall import editing
from tickets.workflow import Conflict, Invalid, NotAllowed

STAGE = Kept(told_of_nothing)


def test_same_text_sent_twice_tells_nobody_again_and_changes_nothing(house, closed):
    entry = written(closed, house, **TEXT)
    before = WallEntry.objects.values().get()
    notices = list(Notice.objects.values())

    again = save(closed, house.dispatcher, seen=1, now=TUESDAY)
    twice = save(closed, person("dispatcher", area=house.area), seen=0, now=TUESDAY)

    assert entry == again == twice
    assert WallEntry.objects.values().get() == before
    assert list(Notice.objects.values()) == notices
    assert AuditEntry.objects.filter(action="wall_changed").count() == 1


def test_changed_text_is_the_same_notice_in_other_words_unread_again(house, closed):
    """Also in what has not left the house yet; and nobody is asked about a text of their own."""
    other = person("dispatcher", area=house.area)
    entry = written(closed, house)
    [asked] = Notice.objects.visible_to(house.secretary)
    asked.mark_read(now=MONDAY)
    waiting = Delivery.objects.create(
        channel="email", person=house.secretary, effect=asked.effect, text=asked.text, due_at=MONDAY
    )

    save(closed, other, seen=entry.version, title="水管换了新的", now=TUESDAY)

    [still] = Notice.objects.visible_to(house.secretary)
    waiting.refresh_from_db()
    assert (still.pk, still.read_at, still.settled_at) == (asked.pk, None, None)
    assert still.text == waiting.text == "回音壁有一段待审：水管换了新的"
    assert not Notice.objects.visible_to(other).unread().exists()
    assert Notice.objects.visible_to(house.dispatcher).unread().count() == 1


def test_asking_is_over_with_the_verdict_and_begins_anew_after_it(house, closed):
    entry = written(closed, house)
    again = save(closed, house.dispatcher, seen=entry.version)
    editing.refuse(again, by=house.secretary, seen=again.version, reason="太短")
    assert not Notice.objects.visible_to(house.secretary).unread().exists()

    save(closed, house.dispatcher, seen=again.version, words="换了两盏声控灯")

    assert Notice.objects.visible_to(house.secretary).unread().count() == 1


def test_text_made_a_draft_again_asks_nobody_until_it_is_sent_as_the_same_notice(house, closed):
    entry = written(closed, house)
    save(closed, house.dispatcher, seen=entry.version, propose=False)
    assert not Notice.objects.visible_to(house.secretary).unread().exists()

    save(closed, house.dispatcher, seen=entry.version + 1)

    assert Notice.objects.visible_to(house.secretary).unread().get().text.endswith(TEXT["title"])
    assert Notice.objects.visible_to(house.secretary).count() == 1


def test_what_was_taken_down_is_put_back_word_for_word_by_who_may_approve(house, closed):
    up = published(closed, house)
    editing.withdraw(up, by=house.dispatcher, reason="按错了", now=TUESDAY)

    editing.put_back(up, by=house.secretary, taken_down=TUESDAY, now=TUESDAY)
    editing.put_back(up, by=house.secretary, taken_down=TUESDAY, now=TUESDAY)

    [back] = on_wall()
    assert (back.title, back.words, back.version) == (up.title, up.words, up.version)
    assert (back.judged_by, back.withdrawn_by, back.reason) == (house.secretary, None, "")
    entries = AuditEntry.objects.filter(action="wall_changed").order_by("pk")
    assert [entry.detail for entry in entries][-2:] == ["第1稿撤下", "第1稿重新上墙"]
    assert Notice.objects.visible_to(house.dispatcher).filter(text__contains="重新上了回音壁").count() == 1


def test_writer_does_not_put_back_nor_who_has_no_part_in_it(house, closed):
    up = published(closed, house)
    editing.withdraw(up, by=house.secretary, now=TUESDAY)

    for role in ("dispatcher", "volunteer", "lead", "staff", "unit_lead", "admin", "outsider"):
        with pytest.raises(NotAllowed):
            editing.put_back(up, by=getattr(house, role), taken_down=TUESDAY)

    assert on_wall() == []


def test_only_the_taking_down_that_was_looked_at_is_undone(house, closed):
    """Not one that came after it for a reason of its own, and no text that was changed since."""
    up = published(closed, house)
    editing.withdraw(up, by=house.secretary, now=TUESDAY)
    editing.put_back(up, by=house.secretary, taken_down=TUESDAY, now=TUESDAY)
    later = TUESDAY + timedelta(hours=1)
    editing.withdraw(up, by=house.secretary, reason="有人不愿意", now=later)
    with pytest.raises(Conflict, match="刚刚被别人改过"):
        editing.put_back(up, by=house.secretary, taken_down=TUESDAY)

    save(closed, house.dispatcher, seen=1, propose=False, now=later)
    with pytest.raises(Conflict, match="刚刚被别人改过"):
        editing.put_back(up, by=house.secretary, taken_down=later)

    assert on_wall() == []


def down(ticket, house):
    up = published(ticket, house)
    editing.withdraw(up, by=house.secretary, now=TUESDAY)
    return up


def test_nothing_is_put_back_that_could_not_be_approved_today(house, five):
    """Done again, named since, too few to hide among."""
    again, named, few = (down(ticket, house) for ticket in five[:3])
    Ticket.objects.filter(pk=again.ticket_id).update(round=2)
    five[1].reporters.update(name="接头")

    with pytest.raises(Conflict, match="重办过"):
        editing.put_back(again, by=house.secretary, taken_down=TUESDAY)
    with pytest.raises(Invalid, match="接头"):
        editing.put_back(named, by=house.secretary, taken_down=TUESDAY)
    Ticket.objects.filter(pk__in=[five[3].pk, five[4].pk]).update(status="withdrawn")
    with pytest.raises(Conflict, match="不到5张"):
        editing.put_back(few, by=house.secretary, taken_down=TUESDAY)

    assert on_wall() == []


def test_place_and_time_of_what_is_put_back_are_as_coarse_as_today_needs(house, five):
    up = down(five[0], house)
    Ticket.objects.filter(pk=five[4].pk).update(category=None)

    editing.put_back(up, by=house.secretary, taken_down=TUESDAY)

    [back] = on_wall()
    assert (back.category, back.span) == (None, "year")


def test_taking_down_asks_nothing_and_offers_the_way_back(client_of, house, closed):
    published(closed, house)
    secretary = client_of(house.secretary)

    page = secretary.post(of("wall_withdraw", closed), follow=True)

    assert on_wall() == []
    assert "从墙上撤下了" in page.content.decode() and of("wall_put_back", closed) in page.content.decode()
    body = {"taken_down": page.context["taken_down"]["entry"].changed_at.isoformat()}
    assert "重新上墙了" in secretary.post(of("wall_put_back", closed), body, follow=True).content.decode()
    assert len(on_wall()) == 1


def test_writer_who_took_it_down_reads_who_puts_it_back(client_of, house, closed):
    published(closed, house)

    page = client_of(house.dispatcher).post(of("wall_withdraw", closed), follow=True).content.decode()

    assert editing.OWN_TEXT_DOWN in page and of("wall_put_back", closed) not in page


@pytest.mark.parametrize("address", ["?show=down", "?down="])
def test_another_communitys_taking_down_is_not_shown(client_of, house, closed, address):
    down(closed, house)
    beside = person("dispatcher", area=AreaFactory())
    query = address if address == "?show=down" else f"{address}{closed.number}"

    page = client_of(beside).get(f"{reverse('tickets:wall_desk')}{query}").content.decode()

    assert "厨房水管漏水" not in page and "撤下了。" not in page


@pytest.mark.parametrize("posted", ["", "昨天", TUESDAY.isoformat()])
def test_stale_page_puts_nothing_back_and_says_so(client_of, house, closed, posted):
    up = published(closed, house)
    editing.withdraw(up, by=house.secretary, now=TUESDAY + timedelta(minutes=1))

    answer = client_of(house.secretary).post(of("wall_put_back", closed), {"taken_down": posted})

    assert answer.status_code in (409, 422)
    assert editing.CHANGED in answer.content.decode() and on_wall() == []


def standing(client, ticket):
    page = client.get(of("wall_judge", ticket))
    return page.context["heading"], page.context["standing"]


def test_page_says_whether_it_is_on_the_wall_since_when_and_by_whom(client_of, house, five):
    for ticket in five[:2]:
        published(ticket, house)
    down(five[2], house)
    written(five[3], house)
    Ticket.objects.filter(pk=five[1].pk).update(round=2)

    said = [standing(client_of(house.secretary), ticket) for ticket in five[:4]]

    assert [heading for heading, _ in said] == ["在墙上", "墙上已不显示", "已撤下", "待审"]
    up, again, taken, waits = (sentence for _, sentence in said)
    assert "11月24日（周二）" in up and up.endswith("起在墙上，就是这个样子")
    assert "墙上不显示" in again
    assert taken.startswith("11月24日（周二）") and "由黎书文撤下，从那时起墙上没有这一段" in taken
    assert waits.startswith("还没上墙")


def test_writer_reads_who_took_it_down(client_of, house, closed):
    up = published(closed, house)
    other = person("dispatcher", name="钟离春", area=house.area)
    editing.withdraw(up, by=other, reason="有人不愿意", now=TUESDAY)

    assert (
        "有人不愿意（钟离春）" in client_of(house.dispatcher).get(of("wall_write", closed)).content.decode()
    )
