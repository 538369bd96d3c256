"""The resident's two keys to a receipt: a link token and a typed code.

Both are HMACs of the receipt's UUID and version under RECEIPT_KEY, so a reprint shows the same and the
database holds only hashes. The code is 10 Crockford base-32 symbols and a Luhn-mod-32 check symbol, printed 4-3-4.
"""

import base64
import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from stations import together
from tickets.models import Receipt, Reporter
from tickets.models.reporter import PHONE_TAIL

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 10
VALID_AFTER_CLOSING = timedelta(days=90)
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_TRIES = 3


def issue(reporter: Reporter, *, now: datetime) -> Receipt:
    """Make and store the first receipt of a reporter. A clash of codes, one in millions, draws a new UUID."""
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _store(reporter, now)
        except IntegrityError:
            continue
    return _store(reporter, now)


def has_clashed(error: IntegrityError) -> bool:
    """Whether another receipt has this code already: with another UUID it can be issued."""
    return together.broken_constraint(error) == "receipt_code_once"


def new(reporter: Reporter, *, now: datetime, version: int = 1) -> Receipt:
    """A sealed receipt, not yet written."""
    return seal(Receipt(reporter=reporter, created_at=now, version=version))


def seal(receipt: Receipt) -> Receipt:
    """Set the hashes under which the receipt's token and code are found; stores nothing."""
    receipt.token_hash = _token_hash(token(receipt))
    receipt.code_hash = _code_hash(code(receipt))
    return receipt


def token(receipt: Receipt) -> str:
    """160 bits for the QR link, URL-safe."""
    return base64.urlsafe_b64encode(_mac("token", receipt)[:20]).decode().rstrip("=")


def code(receipt: Receipt) -> str:
    """The typed code without dashes: ten symbols and the check symbol."""
    bits = int.from_bytes(_mac("code", receipt)[:7], "big") >> 6
    symbols = "".join(ALPHABET[(bits >> 5 * i) & 31] for i in range(SYMBOLS))
    return symbols + check_symbol(symbols)


def printed(code: str) -> str:
    """As it stands on the slip: K7Q2-M9T-4XRA."""
    return f"{code[:4]}-{code[4:7]}-{code[7:]}"


def link(receipt: Receipt) -> str:
    """The absolute address behind the QR code."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("tickets:track", args=[token(receipt)])


def site() -> str:
    """Where a code is typed, as people say an address: without https:// in front."""
    address = settings.PUBLIC_URL.rstrip("/") + reverse("tickets:track_code")
    return address.partition("://")[2]


def symbols_in(typed: str) -> int:
    """How many letters and digits were typed, dashes and spaces not counted."""
    return sum(c.isalnum() for c in unicodedata.normalize("NFKC", typed))


def read_code(typed: str) -> str | None:
    """The code a person meant (case, dashes, spaces, O for 0, I and L for 1), or None if it cannot be one."""
    kept = [c for c in unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS) if c.isalnum()]
    text = "".join(kept)
    if len(text) != SYMBOLS + 1 or any(c not in ALPHABET for c in text):
        return None
    return text if check_symbol(text[:-1]) == text[-1] else None


def check_symbol(symbols: str) -> str:
    """Luhn mod 32: catches every single wrong symbol and nearly every swap of neighbours."""
    total = 0
    for i, symbol in enumerate(reversed(symbols)):
        doubled = ALPHABET.index(symbol) * (2 if i % 2 == 0 else 1)
        total += doubled // 32 + doubled % 32
    return ALPHABET[-total % 32]


def by_token(text: str, *, now: datetime) -> Receipt | None:
    """The receipt a link token opens now."""
    return _open(now, token_hash=_token_hash(text))


def by_code(typed: str, *, now: datetime) -> Receipt | None:
    """The receipt a typed code opens now. What can be no code costs the same look into the database."""
    return _open(now, code_hash=_code_hash(read_code(typed) or ""))


def by_uid(uid: str, *, now: datetime) -> Receipt | None:
    """The receipt a browser was let into before, while it still opens."""
    return _open(now, uid=uid)


def is_expired(receipt: Receipt, now: datetime) -> bool:
    """Ends 90 days after the ticket, or what it was merged into, was closed or withdrawn; open ones keep theirs."""
    closed_at = receipt.reporter.matter.closed_at
    return closed_at is not None and now > closed_at + VALID_AFTER_CLOSING


def has_tail(receipt: Receipt) -> bool:
    """Whether the reporter left a phone whose last digits can be asked for."""
    return len(receipt.reporter.phone) >= PHONE_TAIL


def tail_fits(receipt: Receipt, typed: str) -> bool:
    """Whether these are the last four digits of the reporter's phone; never where no phone was left."""
    tail = receipt.reporter.phone[-PHONE_TAIL:]
    return has_tail(receipt) and hmac.compare_digest(tail.encode(), typed.encode(errors="replace"))


@transaction.atomic
def reissue(receipt: Receipt, *, now: datetime) -> Receipt:
    """Revoke a lost receipt: its next version has another token and another code. Two at once make one."""
    held = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if held.revoked_at:
        return Receipt.objects.valid().of_reporter(held.reporter_id)
    held.revoked_at = now
    held.save(update_fields=["revoked_at"])
    return _store(held.reporter, now, version=held.version + 1)


def _open(now: datetime, **key: str) -> Receipt | None:
    receipt = Receipt.objects.valid().filter(**key).first()
    return None if receipt is None or is_expired(receipt, now) else receipt


def _store(reporter: Reporter, now: datetime, version: int = 1) -> Receipt:
    receipt = new(reporter, now=now, version=version)
    receipt.save(force_insert=True)
    return receipt


def _mac(purpose: str, receipt: Receipt) -> bytes:
    message = f"{purpose}:{receipt.uid}:{receipt.version}".encode()
    return hmac.digest(settings.RECEIPT_KEY.encode(), message, "sha256")


def _token_hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _code_hash(text: str) -> str:
    """Keyed, since 50 bits alone could be tried out by whoever holds a copy of the database."""
    return hmac.digest(settings.RECEIPT_KEY.encode(), b"code-hash:" + text.encode(), "sha256").hex()
