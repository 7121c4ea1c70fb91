"""What is kept of somebody who was erased, so that no file brings them back unseen."""

import hmac
from collections.abc import Iterator
from hashlib import sha256


def marks(key: str, ref: str, email: str | None) -> Iterator[str]:
    """An HMAC of the id and of the address: nobody reads either without the key, which is not in
    the database."""
    own = hmac.digest(key.encode(), b"erased", sha256)
    for what, text in (("ref", ref), ("email", (email or "").strip().lower())):
        if text:
            yield hmac.digest(own, f"{what}:{text}".encode(), sha256).hex()
