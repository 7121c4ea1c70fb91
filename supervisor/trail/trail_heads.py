"""The end of the chain, signed and mailed to the hub: what was cut off is told from a letter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from supervisor import messages
from supervisor.models import Store, TrailHead, TrailLink
from supervisor.rules import chain
from supervisor.settings import read
from supervisor.trail import trail_rows
from supervisor.trail.trail_checks import Checked
from supervisor.viewers import coordinators


@dataclass(frozen=True)
class TrailSettings:
    """How often the hub is mailed the mark of its record, in days."""

    mail_days: int = 1


def tell(store: Store, key: str, now: datetime) -> TrailHead | None:
    """Sign the end of the chain and mail it, where enough days have gone by and there is more to
    prove; None otherwise."""
    last, before = trail_rows.last_link(store), _last_head(store)
    if last is None or (before is not None and before.seq >= last.seq):
        return None
    since = before.made_at if before else store.get_one(TrailLink, 1).sealed_at
    if now - since < timedelta(days=read(store, TrailSettings).mail_days):
        return None
    head = TrailHead(
        seq=last.seq, mac=last.mac, made_at=now,
        signature=chain.signature(key, last.seq, last.mac, now),
    )  # fmt: skip
    store.add(head)
    facts = {"head": chain.said_head(head.seq, head.mac), "links": head.seq, "at": now.isoformat()}
    for person in coordinators(store):
        messages.tell(store, person, f"trail_head:{head.seq}", "trail_head", facts, now)
    return head


def _last_head(store: Store) -> TrailHead | None:
    return store.scalar(select(TrailHead).order_by(TrailHead.seq.desc()).limit(1))


def warn(store: Store, checked: Checked, now: datetime) -> None:
    """The check found something: everybody who looks after the hub is told at once, once a day."""
    cause = f"trail_changed:{now.date()}"
    for person in coordinators(store) if checked.count else []:
        messages.tell(store, person, cause, "trail_changed", {}, now, urgent=True)
