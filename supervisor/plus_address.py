"""The hub's address with a signed part after a plus, by which an answer by mail is known again.

`hub+TOKEN@example.org`: what it is about, whom it was written to, and a seal over both, so that
an answer counts by the address it comes to and never by the name that it says it comes from.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from dataclasses import dataclass
from hashlib import sha256

ABOUT = ("message", "session", "meeting", "session_series", "series")
SEAL, NUMBER = 10, 6
OCTETS = SEAL + 1 + 2 * NUMBER


@dataclass(frozen=True)
class PlusAddress:
    """What an address stands for: a record (`about` is one of ABOUT) and the person who has it."""

    about: str
    id: int
    person_id: int


def signed(key: str, mail_from: str, what: PlusAddress) -> str:
    """The address for one record and person, always the same one.

    The token is base32 in small letters, since some servers change the case; its numbers are
    hidden by a stream that follows from the seal, since they would tell how many there are.
    """
    said = bytes([ABOUT.index(what.about)])
    said += b"".join(n.to_bytes(NUMBER, "big") for n in (what.id, what.person_id))
    seal = _digest(key, "seal", said)[:SEAL]
    token = b32encode(seal + _hidden(key, seal, said)).decode().rstrip("=").lower()
    local, _at, domain = mail_from.rpartition("@")
    return f"{local}+{token}@{domain}"


def verified(key: str, address: str) -> PlusAddress | None:
    """What an address stands for; None where it has no token, or one that the hub never made."""
    octets = _octets(address.rpartition("@")[0].rpartition("+")[2])
    if len(octets) != OCTETS:
        return None
    seal = octets[:SEAL]
    said = _hidden(key, seal, octets[SEAL:])
    if not hmac.compare_digest(seal, _digest(key, "seal", said)[:SEAL]):
        return None
    number, person = said[1 : 1 + NUMBER], said[1 + NUMBER :]
    return PlusAddress(ABOUT[said[0]], int.from_bytes(number, "big"), int.from_bytes(person, "big"))


def _octets(token: str) -> bytes:
    try:
        return b32decode(token.upper() + "=" * (-len(token) % 8))
    except (Error, ValueError):
        return b""


def _hidden(key: str, seal: bytes, said: bytes) -> bytes:
    stream = _digest(key, "stream", seal)
    return bytes(one ^ other for one, other in zip(said, stream, strict=False))


def _digest(key: str, purpose: str, said: bytes) -> bytes:
    """Each purpose has a key of its own, drawn from the hub's."""
    own = hmac.digest(key.encode(), f"plus address:{purpose}".encode(), sha256)
    return hmac.digest(own, said, sha256)
