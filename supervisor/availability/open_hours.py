"""The weekly hours in which somebody can meet, as they write them down themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import or_, select

from supervisor import audit, commitments
from supervisor.errors import Refused
from supervisor.hours import hours
from supervisor.models import Entitlement, Person, Proposal, Session, Store, Window
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import DAY_MINUTES, REMOTE
from supervisor.rules.words import N_
from supervisor.viewers import acting_for

Booked = TypeVar("Booked", Session, Proposal)
MOST = 40


class Hours(NamedTuple):
    """From a minute to a minute of a weekday (0 is Monday), for one way of meeting or for any;
    in person at one place or wherever they go."""

    weekday: int
    starts: int
    ends: int
    mode: str | None = None
    place_id: int | None = None


def week(person: Person) -> list[Hours]:
    """What is written down; nothing means that the hub's own hours stand in."""
    return [_written(window) for window in person.windows]


def _written(w: Window) -> Hours:
    return Hours(w.weekday, w.starts_minute, w.ends_minute, w.mode, w.place_id)


def save(
    store: Store, person: Person, wanted: Sequence[Hours], by: Person, now: datetime
) -> list[Session]:
    """Put these in the place of what was written down. Booked meetings outside them stay; those
    are given back. What stays as it was keeps its place too."""
    behalf = acting_for(store, by, person)
    _refuse_slips(wanted)
    lock_people(store, [person.id])
    _write(store, person, set(wanted))
    audit.record(store, now, by, "change", "hours", audit.of(person), behalf)
    forget_proposals(store, person, now)
    return outside(store, person, now)


def left_outside(
    store: Store, person: Person, wanted: Sequence[Hours], now: datetime
) -> list[Session]:
    """Booked meetings that lie in the hours as they are and not in these; nothing is kept."""
    _refuse_slips(wanted)
    before = {session.ref for session in outside(store, person, now)}
    tried = store.begin_nested()
    try:
        _write(store, person, set(wanted))
        after = outside(store, person, now)
    finally:
        tried.rollback()
        store.expire(person, ["windows"])
    return [session for session in after if session.ref not in before]


def _refuse_slips(wanted: Sequence[Hours]) -> None:
    """Each slip names its row, counted from nought, as its field."""
    if len(wanted) > MOST:
        raise Refused(N_("That is a lot. Put hours that follow one another together."))
    for n, one in enumerate(wanted):
        if not 0 <= one.weekday < 7 or one.mode not in {None, REMOTE, *Mode}:
            raise Refused(N_("Choose from what is on this page."), field=f"row{n}")
        if one.place_id and one.mode not in {None, Mode.IN_PERSON}:
            words = N_("A place is for meeting in person. Leave it empty.")
            raise Refused(words, field=f"row{n}")
        if not 0 <= one.starts < one.ends <= DAY_MINUTES:
            raise Refused(N_("These hours end before they begin."), field=f"row{n}")
        if any(_overlap(one, other) for other in wanted[:n]):
            raise Refused(N_("These hours overlap others of the day."), field=f"row{n}")


def _overlap(one: Hours, other: Hours) -> bool:
    """For the same way of meeting; to be free for two ways at once is no slip, to be at two places
    is."""
    same = (one.weekday, one.mode) == (other.weekday, other.mode)
    return same and one.starts < other.ends and other.starts < one.ends


def _write(store: Store, person: Person, wanted: set[Hours]) -> None:
    for window in list(person.windows):
        if _written(window) in wanted:
            wanted.discard(_written(window))
        else:
            store.delete(window)
    for weekday, starts, ends, mode, place_id in sorted(wanted, key=str):
        store.add(
            Window(
                person_id=person.id, weekday=weekday, starts_minute=starts, ends_minute=ends,
                mode=mode, place_id=place_id,
            )
        )  # fmt: skip
    store.flush()
    store.expire(person, ["windows"])


def forget_proposals(store: Store, person: Person, now: datetime) -> None:
    """Nothing is proposed outside them any more; the next plan finds other times."""
    query = (
        select(Proposal)
        .join(Proposal.entitlement)
        .where(
            or_(Proposal.provider_id == person.id, Entitlement.person_id == person.id),
            Proposal.starts_at > now,
        )
    )
    for proposal in _outside(store, person, store.scalars(query).all(), now):
        store.delete(proposal)
    store.flush()


def outside(store: Store, person: Person, now: datetime) -> list[Session]:
    """Their booked meetings that lie outside their hours, soonest first."""
    query = commitments.booked_with(person).where(Session.starts_at > now)
    return _outside(store, person, store.scalars(query).all(), now)


def _outside(store: Store, person: Person, some: Sequence[Booked], now: datetime) -> list[Booked]:
    within = hours.within(store, person, some, now)
    return [one for one, fits in zip(some, within, strict=True) if not fits]
