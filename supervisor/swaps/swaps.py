"""Swapping who is tuakana: one of the two asks, the other says yes or no, the hub does it.

No reason is asked. Until it is done nothing changes, and either may leave it at that. Who asked
reads the same words whatever came of it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, entitlements
from supervisor.errors import NotFound, Refused
from supervisor.models import Entitlement, Match, Person, Store, Swap
from supervisor.models.engine import lock_people, read_again
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Kind, MatchState
from supervisor.rules.swaps import Stage, SwapSettings, ask_again_at
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.swaps import swap_messages as tell
from supervisor.viewers import acting_for, is_hub
from supervisor.zones import today

NOT_OPEN = N_("That is not open any more. Nothing has changed by it.")


def ask(store: Store, match: Match, by: Person, now: datetime, whose: Person) -> Swap:
    """One of the two asks, or the hub for them on the phone. Asked twice is once; where the other
    one has asked already, it is their yes."""
    behalf = acting_for(store, by, whose)
    hold(store, match)
    _refuse(store, match, whose, now)
    swap = open_of(store, match)
    if swap is None:
        _refuse_soon_again(store, match, whose, now)
        return _made(store, match, by, behalf, whose, now)
    return swap if swap.asked_by_id == whose.id else agree(store, swap, by, now)


def hold(store: Store, match: Match) -> None:
    """The match as it is now. Nobody else changes what these two have until the transaction
    ends."""
    store.flush()
    lock_people(store, [match.entitlement.person_id, match.provider_id])
    store.refresh(match)


def _refuse(store: Store, match: Match, whose: Person, now: datetime) -> None:
    if whose.id not in {match.entitlement.person_id, match.provider_id}:
        raise NotFound(N_("That is not yours to ask."))
    if not can_be_swapped(store, match, now):
        raise Refused(N_("Only two who meet as tuakana and teina, and go on meeting, can swap."))


def _refuse_soon_again(store: Store, match: Match, whose: Person, now: datetime) -> None:
    again = _again_on(store, match, whose, now)
    if again:
        words = N_("This was asked a short while ago. You can ask again from %(day)s on.")
        raise Refused(words, day=again)


def can_be_swapped(store: Store, match: Match, now: datetime) -> bool:
    """Mentoring that runs today and tomorrow, without a last day; cover is for a while anyway."""
    owed = match.entitlement
    tomorrow = entitlements.day_of(store, owed, now) + DAY
    runs = match.state == MatchState.ACTIVE and match.ends_on is None and not match.cover
    begun = match.starts_on is not None and match.starts_on < tomorrow
    return runs and begun and owed.kind == Kind.MENTORING and tomorrow <= owed.ends_on


def _again_on(store: Store, match: Match, whose: Person, now: datetime) -> date | None:
    """The day from which they may ask again, where it has not come."""
    query = select(Swap).where(Swap.match_id == match.id, Swap.asked_by_id == whose.id)
    last = store.scalars(query.order_by(Swap.id.desc())).first()
    if last is None or last.closed_at is None:
        return None
    days = read(store, SwapSettings).again_days
    at = ask_again_at(last.closed_at, own_act=last.closed_by_id == whose.id, days=days)
    return today(at, entitlements.zone_of(store, match.entitlement)) if now < at else None


def open_of(store: Store, match: Match) -> Swap | None:
    """What is asked about this match and neither done nor closed."""
    return store.scalar(_open().where(Swap.match_id == match.id))


def became(store: Store, match: Match) -> Match | None:
    """The match the other way round that came of it."""
    query = select(Swap).where(Swap.match_id == match.id, Swap.done_at.is_not(None))
    swap = store.scalars(query).first()
    return swap.became if swap else None


def _open() -> Select[Swap]:
    return select(Swap).where(Swap.closed_at.is_(None), Swap.done_at.is_(None))


def _made(
    store: Store, match: Match, by: Person, behalf: Person | None, whose: Person, now: datetime
) -> Swap:
    made = Swap(
        match=match,
        asked_by=whose,
        typed_by_id=by.id if behalf else None,
        asked_at=now,
        lapses_at=now + timedelta(days=read(store, SwapSettings).answer_days),
    )
    store.add(made)
    store.flush()
    audit.record(store, now, by, "ask", "swap", made.ref, behalf)
    tell.asked(store, made, now)
    return made


def agree(store: Store, swap: Swap, by: Person, now: datetime) -> Swap:
    """The other one's yes; said twice is once. Now it is the hub's turn."""
    other = swap.other
    behalf = acting_for(store, by, other)
    fresh(store, swap)
    if swap.agreed_at and swap.stage is not Stage.CLOSED:
        return swap
    if swap.stage is not Stage.ASKED or not can_be_swapped(store, swap.match, now):
        raise Refused(NOT_OPEN)
    if behalf and swap.typed_by_id:
        raise Refused(N_("The hub speaks for one side only. The other answers for themselves."))
    swap.agreed_at = now
    store.flush()
    audit.record(store, now, by, "agree", "swap", swap.ref, behalf)
    tell.agreed(store, swap, now)
    return swap


def fresh(store: Store, swap: Swap) -> None:
    """The row as it is now, held until the transaction ends, after its two people."""
    hold(store, swap.match)
    read_again(store, swap)


def close(store: Store, swap: Swap, by: Person, now: datetime, whose: Person | None = None) -> Swap:
    """It stays as it is: taken back by who asked, or a no from the other, until it is done. The
    hub says whose word it types; without one it is its own."""
    pair = {swap.asked_by_id: swap.asked_by, swap.other.id: swap.other}
    own = pair.get(by.id) or (whose if whose and whose.id in pair else None)
    behalf = acting_for(store, by, own or swap.asked_by)
    fresh(store, swap)
    if swap.stage is Stage.CLOSED:
        return swap
    if swap.stage is Stage.DONE:
        raise Refused(N_("This is done already. You can ask to swap back."))
    verb = "take_back" if own and own.id == swap.asked_by_id else "decline"
    _close(store, swap, own, now)
    audit.record(store, now, by, verb, "swap", swap.ref, behalf)
    return swap


def _close(store: Store, swap: Swap, whose: Person | None, now: datetime) -> None:
    swap.closed_at, swap.closed_by_id = now, whose.id if whose else None
    store.flush()
    tell.stays(store, swap, whose, now)


def look_after(store: Store, now: datetime) -> None:
    """Remind those who have not answered, and close what nobody answered in time or what is
    about a match that has ended."""
    remind = timedelta(days=read(store, SwapSettings).remind_days)
    for swap in store.scalars(_open().order_by(Swap.id)).all():
        if _is_over(store, swap, now):
            _lapse(store, swap, now)
        elif swap.stage is Stage.ASKED and swap.asked_at + remind <= now:
            tell.reminded(store, swap, now)


def _lapse(store: Store, swap: Swap, now: datetime) -> None:
    """Unless somebody has answered in the meantime."""
    fresh(store, swap)
    if _is_over(store, swap, now):
        _close(store, swap, None, now)
        audit.record(store, now, None, "lapse", "swap", swap.ref)


def _is_over(store: Store, swap: Swap, now: datetime) -> bool:
    unanswered = swap.stage is Stage.ASKED and swap.lapses_at <= now
    still_open = swap.stage in {Stage.ASKED, Stage.AGREED}
    return still_open and (unanswered or not can_be_swapped(store, swap.match, now))


def to_answer(store: Store, person: Person) -> list[Swap]:
    """What waits for this person's word, the oldest first."""
    theirs = or_(Match.provider_id == person.id, Entitlement.person_id == person.id)
    query = _with_people(_open().where(Swap.agreed_at.is_(None), Swap.asked_by_id != person.id))
    return list(store.scalars(query.where(theirs)))


def to_do(store: Store) -> list[Swap]:
    """What both agreed to and waits for the hub, the oldest first."""
    return list(store.scalars(_with_people(_open().where(Swap.agreed_at.is_not(None)))))


def _with_people(query: Select[Swap]) -> Select[Swap]:
    pair = joinedload(Swap.match)
    return (
        query.join(Swap.match)
        .join(Match.entitlement)
        .where(Match.state == MatchState.ACTIVE, Match.ends_on.is_(None))
        .options(
            pair.joinedload(Match.entitlement).joinedload(Entitlement.person),
            pair.joinedload(Match.provider),
            joinedload(Swap.asked_by),
        )
        .order_by(Swap.asked_at, Swap.id)
    )


def refuse_own(store: Store, swap: Swap, by: Person) -> None:
    """Nobody does it for themselves: another coordinator looks at it."""
    if not is_hub(store, by):
        raise NotFound(N_("That is not yours to do."))
    if by.id in {swap.match.entitlement.person_id, swap.match.provider_id}:
        raise Refused(N_("You are one of the two. Another coordinator does this."))
