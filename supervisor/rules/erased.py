"""What is kept of somebody who was erased, so that no file brings them back unseen."""

import hmac
from collections.abc import Iterator
from hashlib import sha256


def marks(key: str, ref: str, email: str | None) -> Iterator[str]:
    """An HMAC of the id and of the address: nobody reads either without the key, which is not in
    the database."""
    for what, text in (("ref", ref), ("email", (email or "").strip().lower())):
        if text:
            yield _mark(key, f"{what}:{text}")


def hub_mark(key: str) -> str:
    """Stands first in a file of marks: without it, or with another key, nobody would be found,
    and it would look as if nobody had been erased."""
    return _mark(key, "hub:")


def _mark(key: str, text: str) -> str:
    own = hmac.digest(key.encode(), b"erased", sha256)
    return hmac.digest(own, text.encode(), sha256).hex()
