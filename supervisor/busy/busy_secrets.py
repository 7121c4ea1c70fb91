"""What opens somebody's calendar, sealed: the database alone gives none of it away."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from hashlib import sha256


@dataclass(frozen=True)
class Secret:
    """An address, which opens a calendar by itself, or with a name and a password: then `home` is
    where the calendars turned out to be, `alone` if that is a single one."""

    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    home: str = field(default="", repr=False)
    alone: bool = False


class Lost(Exception):
    """It was sealed with another key."""


def seal(secret: Secret, key: str) -> bytes:
    """The sealed form, never the same twice."""
    from cryptography.fernet import Fernet

    return Fernet(_own(key)).encrypt(json.dumps(asdict(secret)).encode())


def unseal(sealed: bytes, key: str) -> Secret:
    """What was sealed; Lost where the hub's key has changed since."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Secret(**json.loads(Fernet(_own(key)).decrypt(sealed)))
    except InvalidToken as error:
        raise Lost from error


def _own(key: str) -> bytes:
    """A key for this purpose alone, drawn from the hub's."""
    return urlsafe_b64encode(hmac.digest(key.encode(), b"busy calendars", sha256))
