"""The worker process seals what was written since: each row gets its link in the chain.

Not the act itself: two who book at once would wait for one another at the end of the chain. A row
stands unsealed for about a minute.
"""

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
