"""Whoever has a plan that waits for a tap is told so: once for each plan."""

from collections import defaultdict
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import entitlements, messages
from supervisor.models import Entitlement, Proposal, Store
from supervisor.zones import to_local, with_offset


def tell(store: Store, now: datetime) -> int:
    """Write to each worker to whom times are proposed; how many were not told of theirs before."""
    found: defaultdict[Entitlement, list[Proposal]] = defaultdict(list)
    query = (
        select(Proposal)
        .where(Proposal.starts_at > now)
        .options(
            joinedload(Proposal.entitlement).joinedload(Entitlement.person),
            joinedload(Proposal.provider),
        )
    )
    for one in store.scalars(query.order_by(Proposal.starts_at)):
        found[one.entitlement].append(one)
    return sum(_tell(store, owed, some, now) for owed, some in found.items())


def _tell(store: Store, owed: Entitlement, some: list[Proposal], now: datetime) -> bool:
    """A plan that is the same is told once; what was not yet sent of an older one is dropped."""
    about, name = f"plan:{owed.ref}:", entitlements.zone_of(store, owed)
    times = [with_offset(to_local(one.starts_at, name), name) for one in some]
    cause = about + sha256(" ".join(times).encode()).hexdigest()[:16]
    facts = {"entitlement": owed.link, "other": some[0].provider.name, "times": times}
    until = some[-1].starts_at
    told = messages.tell(store, owed.person, cause, "plan_proposed", facts, now, until=until)
    messages.drop_earlier(store, about, now, but=cause)
    return told is not None
