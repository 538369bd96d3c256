"""The resident's two keys to a receipt: a link token and a typed code.

Both are HMACs of the receipt's UUID and version under RECEIPT_KEY, so a reprint shows the same and the database
holds only hashes. The code is 10 Crockford base-32 symbols and a Luhn-mod-32 check symbol, printed 4-3-4.
"""

import base64
import hashlib
import hmac
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from tickets.models import Receipt, Reporter

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 10
VALID_AFTER_CLOSING = timedelta(days=90)
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_TRIES = 3


def issue(reporter: Reporter, *, now) -> Receipt:
    """Make and store the first receipt of a reporter. A clash of codes, one in millions, draws a new UUID."""
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _store(reporter, now)
        except IntegrityError:
            continue
    return _store(reporter, now)


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


def by_token(text: str) -> Receipt | None:
    """The valid receipt of a link token."""
    return Receipt.objects.valid().filter(token_hash=_token_hash(text)).first()


def by_code(typed: str) -> Receipt | None:
    """The valid receipt of a typed code."""
    meant = read_code(typed)
    return Receipt.objects.valid().filter(code_hash=_code_hash(meant)).first() if meant else None


def is_expired(receipt: Receipt, now) -> bool:
    """Ends 90 days after closing; a withdrawn or open ticket keeps its receipt."""
    closed_at = receipt.reporter.ticket.closed_at
    return closed_at is not None and now > closed_at + VALID_AFTER_CLOSING


def _store(reporter: Reporter, now) -> Receipt:
    receipt = Receipt(reporter=reporter, created_at=now)
    receipt.token_hash = _token_hash(token(receipt))
    receipt.code_hash = _code_hash(code(receipt))
    receipt.save(force_insert=True)
    return receipt


def _mac(purpose: str, receipt: Receipt) -> bytes:
    message = f"{purpose}:{receipt.uid}:{receipt.version}".encode()
    return hmac.digest(settings.RECEIPT_KEY.encode(), message, "sha256")


def _token_hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _code_hash(text: str) -> str:
    """Keyed, since 50 bits alone could be tried out by whoever holds a copy of the database."""
    return hmac.new(settings.RECEIPT_KEY.encode(), b"code-hash:" + text.encode(), "sha256").hexdigest()
