"""Somebody asks to be erased: the hub looks, puts it to a second person, and their yes does it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, messages, overrides, reach
from supervisor.errors import Refused
from supervisor.models import (
    Entitlement,
    Erased,
    Erasure,
    Feed,
    Group,
    LegalHold,
    Match,
    Person,
    Session,
    SignIn,
    Store,
)
from supervisor.models.engine import read_again
from supervisor.privacy import erasing
from supervisor.rules import erased
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import today

SUMMER = ((12, 25), (1, 15))
"""No day from 25 December to 15 January is a working day of the Privacy Act."""
STILL_HERE = N_("Their last day is not over. Write it down first; it ends what lies ahead.")
MEETS = N_("A meeting of theirs is still booked. Call it off first.")
RUNS = N_("A match of theirs still runs. End it first.")
LEADS = N_("They still lead a group. Find somebody else to lead it first.")
HELD = N_("There is a legal hold since %(day)s: nothing may be erased until it is lifted.")
NOT_OPEN = N_("This was answered or taken back already.")


@dataclass(frozen=True)
class PrivacySettings:
    """Working days within which somebody who asks about their details is answered."""

    answer_days: int = 20


@dataclass(frozen=True)
class Preview:
    """What would go and what would stay, as a sentence each; `against` is why it cannot be yet."""

    goes: list[Words]
    stays: list[Words]
    against: list[Words]


def ask(store: Store, person: Person, by: Person, now: datetime) -> Erasure:
    """They ask, or the hub writes down that they did; once at a time."""
    there = open_of(store, person)
    if there:
        return there
    made = Erasure(person=person, asked_at=now, asked_by_id=by.id)
    store.add(made)
    store.flush()
    audit.record(store, now, by, "ask", "erasure", made.ref, person)
    return made


def open_of(store: Store, person: Person) -> Erasure | None:
    """The wish that is open."""
    return store.scalar(_open().where(Erasure.person_id == person.id))


def _open() -> Select[Erasure]:
    return select(Erasure).where(Erasure.closed_at.is_(None), Erasure.done_at.is_(None))


def waiting(store: Store) -> list[Erasure]:
    """All that are open, the oldest first."""
    query = _open().options(joinedload(Erasure.person))
    return list(store.scalars(query.order_by(Erasure.asked_at, Erasure.id)))


def due_on(store: Store, erasure: Erasure) -> date:
    """The last day of the answer: so many working days after it was asked."""
    hub, left = read(store, HubSettings), read(store, PrivacySettings).answer_days
    day = today(erasure.asked_at, hub.time_zone)
    while left:
        day += DAY
        left -= reach.is_working_day(day, hub.region) and not _in_summer(day)
    return day


def _in_summer(day: date) -> bool:
    return (day.month, day.day) >= SUMMER[0] or (day.month, day.day) <= SUMMER[1]


def take_back(store: Store, erasure: Erasure, by: Person, now: datetime) -> None:
    """They want to stay after all, or it is not agreed to."""
    _take(store, erasure)
    erasure.closed_at = now
    audit.record(store, now, by, "close", "erasure", erasure.ref, erasure.person)
    store.flush()


def _take(store: Store, erasure: Erasure) -> None:
    read_again(store, erasure)
    if erasure.closed_at or erasure.done_at:
        raise Refused(NOT_OPEN)


def preview(store: Store, person: Person, now: datetime) -> Preview:
    """Looked at before anything is done; nothing is kept of it."""
    return Preview(_goes(store, person), _stays(store, person), _against(store, person, now))


def _goes(store: Store, person: Person) -> list[Words]:
    """What is theirs alone to know is not counted: whoever erases would learn that it is there."""
    counts = {
        N_("Calendars, which stop at once: %(n)d"): Feed.person_id,
        N_("Devices that are signed in, which are signed out: %(n)d"): SignIn.person_id,
    }
    said = [
        Words(N_("Name, address, phone, place, hours, jobs, and the hub's own id")),
        Words(N_("Words about who they are, and whom they would rather not meet")),
        Words(N_("The words of messages to them")),
    ]
    for text, column in counts.items():
        count = store.scalar(select(func.count()).where(column == person.id)) or 0
        said += [Words(text, {"n": count})] if count else []
    return [*said, Words(N_("Their whole name, wherever others wrote it"))]


def _stays(store: Store, person: Person) -> list[Words]:
    count, minutes = store.execute(
        select(func.count(Session.id), func.coalesce(func.sum(Session.minutes), 0))
        .join(Session.entitlement)
        .where(or_(Entitlement.person_id == person.id, Session.provider_id == person.id))
    ).one()
    met = Words(N_("%(n)d meetings: when, how long (%(m)d minutes in all), and of which kind"))
    return [
        Words(met.text, {"n": count, "m": int(minutes)}),
        Words(N_("What was owed, and where it stood, under a random text")),
        Words(N_("The record of who did what, with its numbers and ids: nothing can be taken out")),
        Words(N_("Files that were taken out before, and copies of the database until they go")),
    ]


def _against(store: Store, person: Person, now: datetime) -> list[Words]:
    hold = store.get(LegalHold, person.id)
    held = [Words(HELD, {"day": hold.since_on})] if hold else []
    return held + [Words(text) for text, there in _ahead(store, person, now).items() if there]


def _ahead(store: Store, person: Person, now: datetime) -> dict[str, bool]:
    theirs = or_(Entitlement.person_id == person.id, Match.provider_id == person.id)
    match = select(Match.id).join(Match.entitlement).where(
        theirs, Match.state.in_((MatchState.ACTIVE, MatchState.OFFERED)),
        or_(Match.ends_on.is_(None), Match.ends_on >= hub_today(store, now)),
    )  # fmt: skip
    session = select(Session.id).join(Session.entitlement).where(
        or_(Entitlement.person_id == person.id, Session.provider_id == person.id),
        Session.starts_at > now, Session.cancelled_at.is_(None),
    )  # fmt: skip
    leads = select(Group.id).where(Group.facilitator_id == person.id, Group.closed_at.is_(None))
    here = person.left_on is None or person.left_on >= hub_today(store, now)
    return {
        STILL_HERE: here,
        MEETS: store.scalar(session.limit(1)) is not None,
        RUNS: store.scalar(match.limit(1)) is not None,
        LEADS: store.scalar(leads.limit(1)) is not None,
    }


def seconds(store: Store, person: Person, by: Person, now: datetime) -> list[Person]:
    """Who may say the second yes: somebody else of the hub, and nobody whom it is about."""
    return overrides.of_the_hub(store, {person.id, by.id}, hub_today(store, now))


def put(store: Store, person: Person, second: Person | None, by: Person, now: datetime) -> Erasure:
    """Put it to a second person; whoever asks cannot say yes as well."""
    _refuse(store, person, now)
    if second is None or second not in seconds(store, person, by, now):
        raise Refused(N_("Choose who is asked to agree."), field="second")
    wish = ask(store, person, by, now)
    wish.put_by, wish.second = by, second
    store.flush()
    audit.record(store, now, by, "put", "erasure", wish.ref, person)
    facts = {"erasure": wish.ref, "by": by.name}
    messages.tell(store, second, f"erasure:{wish.ref}:{second.ref}", "erasure_asked", facts, now)
    return wish


def _refuse(store: Store, person: Person, now: datetime) -> None:
    against = _against(store, person, now)
    if against:
        raise Refused(against[0].text, **against[0].facts)


def agree(store: Store, erasure: Erasure, by: Person, key: str, now: datetime) -> None:
    """The second yes: it is done at once, and cannot be taken back."""
    _take(store, erasure)
    if by.id != erasure.second_id:
        raise Refused(N_("Only the second person can say this."))
    _refuse(store, erasure.person, now)
    erasure.done_at = now
    store.flush()
    erasing.apply(store, erasure.person, key, hub_today(store, now), now)
    audit.record(store, now, by, "erase", "person", audit.of(erasure.person), erasure.person)
    store.flush()


def marks(store: Store) -> list[str]:
    """What is kept of those who were erased, to be laid beside a copy of the database."""
    return list(store.scalars(select(Erased.mark).order_by(Erased.mark)))


def again(store: Store, gone: Collection[str], key: str, now: datetime) -> int:
    """A copy from before was restored: whoever was erased since is erased again; how many. It
    was agreed to then, so nothing stands against it."""
    back = [
        person for person in store.scalars(select(Person).order_by(Person.id))
        if set(erased.marks(key, person.ref, None)) & set(gone)
    ]  # fmt: skip
    for person in back:
        erasing.apply(store, person, key, hub_today(store, now), now)
        audit.record(store, now, None, "erase", "person", audit.of(person), person)
    store.flush()
    return len(back)


def hold_of(store: Store, person: Person) -> LegalHold | None:
    """Whether the law wants it all kept, since when, and who wrote it down."""
    return store.get(LegalHold, person.id)


def hold(store: Store, person: Person, by: Person, now: datetime) -> None:
    """Nothing of them may be erased."""
    if hold_of(store, person) is None:
        store.add(LegalHold(person=person, since_on=hub_today(store, now), noted_by=by))
        store.flush()
        audit.record(store, now, by, "hold", "person", audit.of(person), person)


def lift(store: Store, person: Person, by: Person, now: datetime) -> None:
    """The law wants nothing any more."""
    held = hold_of(store, person)
    if held:
        store.delete(held)
        store.flush()
        audit.record(store, now, by, "lift", "person", audit.of(person), person)
