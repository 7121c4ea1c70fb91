"""A chain over rows: each link is an HMAC of its row and of the link before it.

Whoever has the database but not the key can neither change a row nor take one out of the middle
without a link that no longer fits.
"""

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

NOTHING_YET = "0" * 64
"""What stands before the first link."""
SHORTEST_HEAD = 16
"""So many letters of a link are enough to tell it from any other."""


def link(key: str, before: str, row: Sequence[Any]) -> str:
    """The link of a row after another one."""
    return _mac(key, "link", [before, *row])


def signature(key: str, seq: int, mac: str, made_at: datetime) -> str:
    """That this link was the last one then, signed for whoever has only the letter."""
    return _mac(key, "head", [seq, mac, made_at])


def _mac(key: str, what: str, values: Sequence[Any]) -> str:
    """The key is one for each use, so that nothing signed for one passes for another."""
    own = hmac.digest(key.encode(), f"trail:{what}".encode(), sha256)
    said = json.dumps(values, separators=(",", ":"), default=_instant)
    return hmac.digest(own, said.encode(), sha256).hex()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def said_head(seq: int, mac: str) -> str:
    """A head as it is mailed and typed: how many links, and the beginning of the last."""
    return f"{seq}:{mac[: 2 * SHORTEST_HEAD]}"


def heard_head(typed: str) -> tuple[int, str] | None:
    """The same back from what was typed; None for anything else."""
    seq, _colon, mac = typed.strip().lower().partition(":")
    fine = seq.isdecimal() and SHORTEST_HEAD <= len(mac) <= len(NOTHING_YET)
    return (int(seq), mac) if fine and set(mac) <= set("0123456789abcdef") else None
