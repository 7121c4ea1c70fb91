"""The hub's address with a signed part after a plus, by which an answer by mail is known again.

`hub+TOKEN@example.org`: what it is about, whom it was written to, and a seal over both, so that
an answer counts by the address it comes to and never by the name that it says it comes from. A
link to answer at is the same for a browser.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from dataclasses import dataclass
from hashlib import sha256

ABOUT = ("message", "session", "meeting", "session_series", "series")
NUMBER, MINUTE, MAILBOX = 6, 5, 4
OCTETS = 1 + 2 * NUMBER


@dataclass(frozen=True)
class Sort:
    """A sort of token: how many octets its seal has, and how many what it says."""

    name: str
    seal: int
    octets: int


_ADDRESS = Sort("plus address", 10, OCTETS)
_LINK = Sort("answer link", 16, OCTETS + MINUTE + MAILBOX)


@dataclass(frozen=True)
class PlusAddress:
    """What an address stands for: a record (`about` is one of ABOUT) and the person who has it."""

    about: str
    id: int
    person_id: int


@dataclass(frozen=True)
class AnswerLink:
    """What a link to answer at stands for: one meeting at the minute at which it begins (since
    1970), and the person who was asked, at a mailbox by its fingerprint."""

    about: str
    id: int
    person_id: int
    minute: int
    mailbox: bytes


def signed(key: str, mail_from: str, what: PlusAddress) -> str:
    """The address for one record and person, always the same one.

    The token is base32 in small letters, since some servers change the case; its numbers are
    hidden by a stream that follows from the seal, since they would tell how many there are.
    """
    said = _said(what.about, what.id, what.person_id)
    local, _at, domain = mail_from.rpartition("@")
    return f"{local}+{_token(key, _ADDRESS, said)}@{domain}"


def verified(key: str, address: str) -> PlusAddress | None:
    """What an address stands for; None where it has no token, or one that the hub never made."""
    token = address.rpartition("@")[0].rpartition("+")[2]
    said = _opened(key, _ADDRESS, token)
    return PlusAddress(*_numbers(said)) if said else None


def link_token(key: str, what: AnswerLink) -> str:
    """The same for a link. It has a key of its own: an address stands in every calendar that the
    invitation came to, and whoever sees it there can make no link of it."""
    said = _said(what.about, what.id, what.person_id)
    return _token(key, _LINK, said + what.minute.to_bytes(MINUTE, "big") + what.mailbox)


def link_of(key: str, token: str) -> AnswerLink | None:
    """What a link stands for; None where the hub never made it."""
    said = _opened(key, _LINK, token)
    if said is None:
        return None
    minute, mailbox = said[OCTETS : OCTETS + MINUTE], said[OCTETS + MINUTE :]
    return AnswerLink(*_numbers(said), int.from_bytes(minute, "big"), mailbox)


def fingerprint(mailbox: str) -> bytes:
    """Tells one mailbox of a person from the next."""
    return sha256(mailbox.strip().lower().encode()).digest()[:MAILBOX]


def _said(about: str, *numbers: int) -> bytes:
    return bytes([ABOUT.index(about)]) + b"".join(n.to_bytes(NUMBER, "big") for n in numbers)


def _numbers(said: bytes) -> tuple[str, int, int]:
    number, person = said[1 : 1 + NUMBER], said[1 + NUMBER : OCTETS]
    return ABOUT[said[0]], int.from_bytes(number, "big"), int.from_bytes(person, "big")


def _token(key: str, sort: Sort, said: bytes) -> str:
    seal = _digest(key, f"{sort.name}:seal", said)[: sort.seal]
    return b32encode(seal + _hidden(key, sort, seal, said)).decode().rstrip("=").lower()


def _opened(key: str, sort: Sort, token: str) -> bytes | None:
    octets = _octets(token)
    if len(octets) != sort.seal + sort.octets:
        return None
    seal = octets[: sort.seal]
    said = _hidden(key, sort, seal, octets[sort.seal :])
    fits = hmac.compare_digest(seal, _digest(key, f"{sort.name}:seal", said)[: sort.seal])
    return said if fits else None


def _octets(token: str) -> bytes:
    try:
        return b32decode(token.upper() + "=" * (-len(token) % 8))
    except (Error, ValueError):
        return b""


def _hidden(key: str, sort: Sort, seal: bytes, said: bytes) -> bytes:
    stream = _digest(key, f"{sort.name}:stream", seal)
    return bytes(one ^ other for one, other in zip(said, stream, strict=False))


def _digest(key: str, purpose: str, said: bytes) -> bytes:
    """Each purpose has a key of its own, drawn from the hub's."""
    own = hmac.digest(key.encode(), purpose.encode(), sha256)
    return hmac.digest(own, said, sha256)
