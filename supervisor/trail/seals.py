"""The worker process seals what was written since: each row gets its link in the chain.

Not the act itself: two who book at once would wait for one another at the end of the chain. A row
stands unsealed for about a minute.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from supervisor.models import Store, TrailLink
from supervisor.models.engine import lock_trail
from supervisor.rules import chain
from supervisor.trail import trail_rows

AT_MOST = 1000


def seal(store: Store, key: str, now: datetime) -> bool:
    """Link some of the rows that wait; whether more of them may.

    Of two that seal at once the second waits for the first and goes on after it.
    """
    lock_trail(store)
    return _link(store, key, now, trail_rows.waiting(store, AT_MOST))


def seal_left_behind(store: Store, key: str, now: datetime) -> bool:
    """The same for rows that became visible long after those around them."""
    lock_trail(store)
    return _link(store, key, now, trail_rows.waiting(store, AT_MOST, everywhere=True))


def catch_up(store: Store, key: str, now: datetime) -> None:
    """Link all that waits, before its proof is taken out: at once, by whichever process does that.
    One that has another key than the chain was made with leaves it alone."""
    lock_trail(store)
    while _fits(store, key) and seal(store, key, now):
        pass


def _fits(store: Store, key: str) -> bool:
    """Whether the last link is of this key."""
    last = trail_rows.last_link(store)
    if last is None:
        return False
    *before, end = trail_rows.linked(store, after=last.seq - 2)
    mac = before[0].mac if before else chain.NOTHING_YET
    return hmac.compare_digest(end.mac, chain.link(key, mac, end.row))


def _link(
    store: Store, key: str, now: datetime, rows: Sequence[tuple[str, tuple[Any, ...]]]
) -> bool:
    last = trail_rows.last_link(store)
    seq, mac = (last.seq, last.mac) if last else (0, chain.NOTHING_YET)
    links = []
    for ledger, cells in rows:
        seq += 1
        mac = chain.link(key, mac, (seq, now, ledger, *cells))
        links.append(
            {"seq": seq, "ledger": ledger, "row_id": cells[0], "sealed_at": now, "mac": mac}
        )
    if links:
        store.execute(insert(TrailLink), links)
    return len(rows) == AT_MOST
