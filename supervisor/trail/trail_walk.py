"""Going through the chain from its beginning: what of it was changed, removed or cut."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from supervisor.models import Store, TrailHead, TrailLink
from supervisor.rules import chain
from supervisor.rules.words import N_, Words
from supervisor.trail import trail_rows
from supervisor.trail.trail_rows import Linked

NAMED = 20
"""So many findings are named one by one; more are counted."""
CHANGED = {
    "audit": N_("Row %(row)d of the audit trail was changed after it was sealed."),
    "delivery": N_("Row %(row)d of the record of delivery was changed after it was sealed."),
}
REMOVED = {
    "audit": N_("Row %(row)d of the audit trail was removed."),
    "delivery": N_("Row %(row)d of the record of delivery was removed."),
}
OTHER = N_("Link %(link)d of the chain belongs to no row that is known here.")
GAP = N_("Links %(first)d to %(last)d of the chain were removed.")
OTHER_KEY = N_(
    "None of the %(links)d links fits: another key sealed them, or all of them were replaced. The "
    "key is the one of then: SUPERVISOR_TRAIL_KEY, else SUPERVISOR_SECRET_KEY or the file .secret."
)
CUT = N_("The chain ends at link %(last)d. It had %(given)d before, so its end was cut off.")
REPLACED = N_("Link %(given)d is not the one that was mailed: rows up to it were replaced.")
UNSIGNED = N_("The head at link %(given)d was not signed by this hub.")


@dataclass(frozen=True)
class Walked:
    """How far the chain goes, and what was not right, as far as it is named one by one."""

    seq: int
    mac: str
    found: list[Words]
    count: int


def walk(store: Store, key: str) -> Walked:
    """Each link against its row and the link before it. A row that was changed is named alone:
    what comes after it still fits the link that stands there."""
    seq, mac, found, count, misfits, links = 0, chain.NOTHING_YET, [], 0, 0, 0
    for one in trail_rows.linked(store):
        for words in _wrong(one, seq, mac, key):
            count += 1
            misfits += words.text in CHANGED.values()
            found += [words] if count <= NAMED else []
        seq, mac, links = one.seq, one.mac, links + 1
    if links and misfits == links:
        found, count = [Words(OTHER_KEY, {"links": links})], 1
    return Walked(seq, mac, found, count)


def _wrong(one: Linked, seq: int, mac: str, key: str) -> Iterator[Words]:
    follows = one.seq == seq + 1
    if not follows:
        yield Words(GAP, {"first": seq + 1, "last": one.seq - 1})
    if one.ledger not in CHANGED:
        yield Words(OTHER, {"link": one.seq})
    elif one.cells is None:
        yield Words(REMOVED[one.ledger], {"row": one.row_id})
    elif follows and not hmac.compare_digest(one.mac, chain.link(key, mac, one.row)):
        yield Words(CHANGED[one.ledger], {"row": one.row_id})


def against(store: Store, heads: Iterable[tuple[int, str]], last: int) -> Iterator[Words]:
    """Heads that somebody kept outside, as a number of links and the beginning of the last."""
    for seq, mac in heads:
        there = store.scalar(select(TrailLink.mac).where(TrailLink.seq == seq))
        if there is None:
            yield Words(CUT, {"last": last, "given": seq})
        elif not there.startswith(mac):
            yield Words(REPLACED, {"given": seq})


def signed_heads(store: Store, key: str, last: int) -> Iterator[Words]:
    """The heads that were mailed, as they are kept here: signed, and still part of the chain."""
    heads: Sequence[TrailHead] = store.scalars(select(TrailHead).order_by(TrailHead.seq)).all()
    for head in heads:
        signed = chain.signature(key, head.seq, head.mac, head.made_at)
        if not hmac.compare_digest(signed, head.signature):
            yield Words(UNSIGNED, {"given": head.seq})
    yield from against(store, ((head.seq, head.mac) for head in heads), last)
