"""What is kept of somebody who was erased, so that no file brings them back unseen."""

import hmac
from collections.abc import Collection, Iterator
from hashlib import sha256

HUB = "hub:"
"""How the mark of a key begins."""


def marks(key: str, ref: str, email: str | None) -> Iterator[str]:
    """An HMAC of the id and of the address: nobody reads either without the key, which is not in
    the database."""
    for what, text in (("ref", ref), ("email", (email or "").strip().lower())):
        if text:
            yield _mark(key, f"{what}:{text}")


def hub_mark(key: str) -> str:
    """Stands beside the marks that were made with a key: without it, or with another key, nobody
    would be found, and it would look as if nobody had been erased."""
    return f"{HUB}{_mark(key, HUB)}"


def opens(found: Collection[str], key: str) -> bool:
    """Whether a file of marks was written with this key. Older files begin with the bare mark."""
    return hub_mark(key) in found or _mark(key, HUB) in found


def by_other_keys(found: Collection[str], key: str) -> bool:
    """Whether some of these marks were made with another key, as far as is known."""
    return any(mark.startswith(HUB) and mark != hub_mark(key) for mark in found)


def of_people(found: Collection[str], key: str) -> list[str]:
    """The marks without those of keys."""
    return [mark for mark in found if not mark.startswith(HUB) and mark != _mark(key, HUB)]


def _mark(key: str, text: str) -> str:
    own = hmac.digest(key.encode(), b"erased", sha256)
    return hmac.digest(own, text.encode(), sha256).hex()
