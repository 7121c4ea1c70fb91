"""Somebody wants to talk soon: asked for, taken by the first who says yes, and over.

Nothing of it counts: it uses up no entitlement, stands on no calendar and in no report by name,
and no trail says who it was. What it keeps of two people's time is a commitment without a reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from supervisor import commitments
from supervisor.debriefs import debrief_messages, debrief_people, debrief_rounds
from supervisor.debriefs.debrief_people import DebriefSettings
from supervisor.errors import NotFound, Refused
from supervisor.models import Commitment, Debrief, DebriefAsk, Person, Store
from supervisor.models.engine import rows_changed
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.settings import hub_today, read

TAKEN = N_("Somebody has taken it already. Thank you for being there.")
OVER = N_("It is not needed any more. Thank you for being there.")
BUSY = N_("One of you has something else then. Pick another time.")
HOW = N_("Write how they reach you: a number, or the link to your video room.")
WHEN = N_("Pick a time in the next two days.")
LONGEST = timedelta(days=2)
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Wish:
    """Whom somebody would like to talk to, how, and where they can be rung."""

    whom: Whom
    way: Mode
    number: str = ""
    manager: Person | None = None


def open_of(store: Store, person: Person) -> Debrief | None:
    """What a person has asked for, until it ends."""
    query = select(Debrief).where(Debrief.person_id == person.id, Debrief.ended_at.is_(None))
    return store.scalar(query)


def open_by_hub(store: Store, person: Person) -> Debrief | None:
    """The same where the hub asked for them; what they asked for themselves it does not see."""
    found = open_of(store, person)
    return found if found and found.asked_by_id else None


def whom_to_ask(store: Store, person: Person, now: datetime) -> tuple[bool, list[Person]]:
    """Whether they have a supervisor to ask for, and which managers."""
    on = hub_today(store, now)
    supervised = bool(debrief_people.supervisors(store, person, on))
    return supervised, debrief_people.managers(store, person, on)


def ask(
    store: Store, person: Person, wish: Wish, now: datetime, by: Person | None = None
) -> Debrief:
    """Ask the first ones at once; whoever has asked already keeps what they asked for. `by` is
    who of the hub asks for them: then the hub sees it, from now on."""
    if wish.manager and wish.manager not in whom_to_ask(store, person, now)[1]:
        raise NotFound(N_("That is not your manager."))
    debrief = _written(store, person, wish, now, by)
    if debrief is None:
        found = open_of(store, person)
        assert found
        found.asked_by = found.asked_by or by
        return found
    debrief_rounds.begin(store, debrief, now)
    debrief_messages.tell_how_it_stands(store, debrief, now)
    return debrief


def _written(
    store: Store, person: Person, wish: Wish, now: datetime, by: Person | None
) -> Debrief | None:
    """The database decides between two taps at once."""
    debrief = Debrief(
        person=person,
        asked_by=by,
        whom=wish.whom,
        manager=wish.manager,
        way=wish.way,
        number=wish.number or None,
        asked_at=now,
        hub_at=now + timedelta(minutes=read(store, DebriefSettings).hub_minutes),
    )
    try:
        with store.begin_nested():
            store.add(debrief)
            store.flush()
    except IntegrityError:
        return None
    return debrief


def accept(store: Store, ask: DebriefAsk, starts_at: datetime, reach: str, now: datetime) -> None:
    """The first to say yes takes it, for a time that both have free."""
    debrief = ask.debrief
    if debrief.accepted_at or debrief.ended_at:
        raise _gone(debrief)
    if not now - LATE <= starts_at <= now + LONGEST:
        raise Refused(WHEN, field="at")
    if not reach and (debrief.way == Mode.VIDEO or not debrief.number):
        raise Refused(HOW, field="reach")
    _win(store, ask, starts_at, reach, now)
    _keep_time(store, debrief)
    debrief_messages.tell_agreed(store, ask, now)
    store.flush()


def _gone(debrief: Debrief) -> Refused:
    return Refused(OVER if debrief.ended_at else TAKEN)


def _win(store: Store, ask: DebriefAsk, starts_at: datetime, reach: str, now: datetime) -> None:
    """Compare and swap: of two who say yes at once, one gets the row."""
    debrief = ask.debrief
    if ask.declined_at:
        raise Refused(N_("You said that you cannot. Thank you for your answer."))
    if debrief.person_id is not None:
        commitments.hold(store, debrief.person_id, ask.person_id, now)
    won = rows_changed(
        store,
        update(Debrief)
        .where(
            Debrief.id == debrief.id,
            Debrief.accepted_at.is_(None),
            Debrief.ended_at.is_(None),
        )
        .values(
            accepted_at=now, accepted_by_id=ask.person_id, starts_at=starts_at,
            reach=reach or None, next_at=None, hub_at=None,
        ),
    )  # fmt: skip
    store.refresh(debrief)
    if not won:
        raise _gone(debrief)


def _keep_time(store: Store, debrief: Debrief) -> None:
    """Both are busy then, and nothing says with what."""
    assert debrief.starts_at
    ends = debrief.starts_at + timedelta(minutes=read(store, DebriefSettings).minutes)
    rows = [
        Commitment(person_id=one, starts_at=debrief.starts_at, ends_at=ends)
        for one in debrief_rounds.both(debrief)
    ]
    try:
        with store.begin_nested():
            store.add_all(rows)
            store.flush()
    except IntegrityError as clash:
        if "commitment_overlap" not in str(clash.orig):
            raise
        raise Refused(BUSY, field="at") from clash


def decline(store: Store, ask: DebriefAsk, now: datetime) -> None:
    """Not now, without a reason; where they had said yes, the next are asked at once, and so
    they are once all of those who were asked have said no."""
    debrief = ask.debrief
    ask.declined_at = ask.declined_at or now
    if debrief.accepted_by_id == ask.person_id and debrief.ended_at is None:
        _open_again(store, debrief, ask.person, now)
    everybody_said_no = all(one.declined_at for one in debrief.asks)
    if debrief.next_at and everybody_said_no:
        debrief.next_at = now
    store.flush()


def _open_again(store: Store, debrief: Debrief, by: Person, now: datetime) -> None:
    debrief_messages.tell_off(store, debrief, by, now)
    debrief_rounds.free_time(store, debrief)
    debrief.accepted_at = debrief.accepted_by_id = debrief.starts_at = debrief.reach = None
    debrief.next_at = now
    debrief.hub_at = None if debrief.hub_told_at else now


def stop(store: Store, debrief: Debrief, by: Person, now: datetime) -> None:
    """The worker needs it no more; whoever was asked or has said yes is told so."""
    if not debrief_rounds.close(store, debrief, now):
        return
    if debrief.accepted_by_id:
        debrief_messages.tell_off(store, debrief, by, now)
    else:
        debrief_messages.tell_no_more(store, debrief, now)
    store.flush()


def talked(store: Store, debrief: Debrief, now: datetime) -> None:
    """Either says that they have talked; nobody is asked to confirm it, and nothing counts."""
    if debrief.accepted_by_id is None:
        raise Refused(N_("Nobody has said yes yet."))
    debrief_rounds.close(store, debrief, now)


def asked_of(store: Store, person: Person) -> list[DebriefAsk]:
    """What waits for this person's answer, or what they took and is not over."""
    mine = or_(Debrief.accepted_by_id == person.id, Debrief.accepted_at.is_(None))
    query = (
        select(DebriefAsk)
        .join(DebriefAsk.debrief)
        .where(
            DebriefAsk.person_id == person.id,
            DebriefAsk.declined_at.is_(None),
            Debrief.ended_at.is_(None),
            mine,
        )
    )
    return list(store.scalars(query.order_by(DebriefAsk.id)))
