"""Three short questions to a worker, now and then: voluntary, never reminded, shown as totals.

Who was asked is kept for whoever asks again; what was answered is nobody's. `rules/pulse.py`
says how.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import SystemRandom

from sqlalchemy import Select, delete, func, select, true, update
from sqlalchemy.orm import selectinload

from supervisor import messages, reach, touched
from supervisor.errors import Refused
from supervisor.models import (
    Entitlement,
    Person,
    PulseAsk,
    PulseCount,
    PulseQuarter,
    PulseSaid,
    Reader,
    Session,
    Store,
    new_ref,
)
from supervisor.room import RoomSettings
from supervisor.rules import pulse as rules
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Outcome
from supervisor.rules.pulse import Felt, Item, Said, Shown
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, hub_today, read
from supervisor.touched import News
from supervisor.zones import midnight

JOB = Reader.PULSE
LATELY = timedelta(days=14)
"""Nobody is asked of meetings that an import brought from long ago."""
NO_MORE = N_("This was answered or put away already. There is nothing to do.")


@dataclass(frozen=True)
class PulseSettings:
    """Whether workers are asked at all, after how many meetings, and for how many days they can
    answer."""

    ask: bool = True
    every: int = 3
    days: int = 14


@dataclass(frozen=True)
class Pulse:
    """What was answered from a day to a day: of each question how many gave each answer. `people`
    is None where nobody may know: nothing was counted. A number is None where it is hidden."""

    first: date
    last: date
    people: int | None
    items: Shown
    least: int


def totals(store: Store, first: date, last: date) -> Pulse:
    """The answers of the whole quarters that lie between the two days, of the whole hub.

    A quarter is counted once, after its end, so a total never grows by one person.
    """
    least = read(store, RoomSettings).least
    within = [q for q in _quarters(store) if q.begins_on >= first and _last(q) <= last and q.people]
    shown = rules.shown([_counts(quarter) for quarter in within], least)
    people = sum(quarter.people for quarter in within)
    return Pulse(first, last, people if people >= least else None, shown, least)


def by_quarter(store: Store) -> list[Pulse]:
    """Each quarter that is over, the latest first."""
    ended = reversed(_quarters(store))
    return [totals(store, quarter.begins_on, _last(quarter)) for quarter in ended]


def _quarters(store: Store) -> list[PulseQuarter]:
    query = select(PulseQuarter).options(selectinload(PulseQuarter.counts))
    return list(store.scalars(query.order_by(PulseQuarter.begins_on)))


def _last(quarter: PulseQuarter) -> date:
    return rules.last_of(quarter.begins_on)


def _counts(quarter: PulseQuarter) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {item: dict.fromkeys(Felt, 0) for item in Item}
    for count in quarter.counts:
        counts[count.item][count.felt] = count.people
    return counts


def ask(store: Store, now: datetime) -> None:
    """Ask each worker who has had so many more meetings, once; by a letter where one reaches
    them, else on their page alone: the hub rings nobody for this."""
    settings = read(store, PulseSettings)
    if not settings.ask:
        touched.forget(store, JOB)
        return
    news = touched.news(store, JOB, f"{hub_today(store, now)}, every {settings.every}")
    for person, held, asked in store.execute(_who(settings, news, now)).all():
        asked = asked or PulseAsk(person=person, held=0)
        if rules.is_due(held, asked.held or 0, settings.every):
            _ask(store, asked, held, settings, now)
    touched.looked(store, news, now)


def _who(
    settings: PulseSettings, news: News, now: datetime
) -> Select[Person, int, PulseAsk | None]:
    """Nobody becomes due by time alone: it is asked of those who met since, or of everybody."""
    some = true() if news.everybody else Entitlement.person_id.in_(touched.people(JOB))
    held = func.count(Session.id)
    counted = (
        select(Entitlement.person_id, held.label("held"))
        .join(Session, Session.entitlement_id == Entitlement.id)
        .where(Session.outcome == Outcome.HELD, Session.counts, Entitlement.kind.in_(MATCHED_KINDS))
        .where(some)
        .group_by(Entitlement.person_id)
        .having(held >= settings.every, func.max(Session.starts_at) > now - LATELY)
        .subquery()
    )
    return (
        select(Person, counted.c.held, PulseAsk)
        .join(counted, counted.c.person_id == Person.id)
        .outerjoin(PulseAsk, PulseAsk.person_id == Person.id)
        .where(Person.left_on.is_(None), PulseAsk.stopped.is_not(True))
    )


def _ask(store: Store, asked: PulseAsk, held: int, settings: PulseSettings, now: datetime) -> None:
    asked.held, asked.asked_on, asked.open = held, hub_today(store, now), True
    store.add(asked)
    store.flush()
    if not reach.by_hand(store, asked.person):
        until = midnight(asked.asked_on + settings.days * DAY, read(store, HubSettings).time_zone)
        cause = f"pulse:{asked.person.ref}:{held}"
        told = messages.tell(store, asked.person, cause, "pulse", {}, now, until=until)
        if told:
            told.private = True


def open_of(store: Store, person: Person, now: datetime) -> PulseAsk | None:
    """The card that lies open for somebody; None where there is nothing to answer."""
    settings, asked = read(store, PulseSettings), store.get(PulseAsk, person.id)
    if not (settings.ask and asked and asked.open and asked.asked_on):
        return None
    return asked if hub_today(store, now) < asked.asked_on + settings.days * DAY else None


def has_stopped(store: Store, person: Person) -> bool:
    """Whether they said that they do not want to be asked."""
    asked = store.get(PulseAsk, person.id)
    return bool(asked and asked.stopped)


def answer(store: Store, person: Person, said: Mapping[str, str], key: str, now: datetime) -> None:
    """Keep an answer, of nobody; what was left out is not said. It is in no record of who did
    what, and what closes the card is the same as without an answer. Nothing at all is none, and
    leaves the card open."""
    if not any(said.get(item) in set(Felt) for item in Item):
        raise Refused(N_("Pick an answer, or press “Not this time”."))
    put_away(store, person, now)
    answered: Said = {item: _felt(said.get(item, "")) for item in Item}
    store.add(PulseSaid(sealed=rules.seal(answered, key, new_ref())))
    store.flush()


def _felt(said: str) -> Felt:
    return Felt(said) if said in set(Felt) else Felt.UNSAID


def put_away(store: Store, person: Person, now: datetime) -> None:
    """Not this time. Two who press at once close it once."""
    if open_of(store, person, now) is None:
        raise Refused(NO_MORE)
    this = (PulseAsk.person_id == person.id) & PulseAsk.open
    closed = store.execute(
        update(PulseAsk).where(this).values(open=False).returning(PulseAsk.person_id)
    )
    if closed.scalar() is None:
        raise Refused(NO_MORE)


def stop(store: Store, person: Person) -> None:
    """Never ask them again, until they say otherwise."""
    asked = store.get(PulseAsk, person.id) or PulseAsk(person=person)
    asked.open, asked.stopped = False, True
    store.add(asked)
    store.flush()


def begin_again(store: Store, person: Person) -> None:
    """Ask them after their next meetings."""
    asked = store.get(PulseAsk, person.id)
    if asked:
        asked.stopped = False
        store.flush()


def gather(store: Store, key: str, now: datetime) -> None:
    """Count the quarter that is over, all of it at once, where enough have answered; what waits
    on is sealed anew in another order, so that two copies of the database show nothing. The
    first quarter to be seen ended before anybody was asked."""
    waiting = _taken_out(store, key)
    quarter = rules.quarter_before(hub_today(store, now))
    if store.get(PulseQuarter, quarter) is None:
        enough = bool(_quarters(store)) and len(waiting) >= read(store, RoomSettings).least
        _count(store, quarter, waiting if enough else [])
        waiting = [] if enough else waiting
    SystemRandom().shuffle(waiting)
    store.add_all(PulseSaid(sealed=rules.seal(said, key, new_ref())) for said in waiting)
    store.flush()


def _taken_out(store: Store, key: str) -> list[Said]:
    """All that can be opened with this key; the rest stays as it is."""
    rows = store.execute(select(PulseSaid.key, PulseSaid.sealed).with_for_update()).all()
    opened = {row.key: said for row in rows if (said := rules.unseal(row.sealed, key))}
    store.execute(delete(PulseSaid).where(PulseSaid.key.in_(list(opened))))
    return list(opened.values())


def _count(store: Store, quarter: date, answers: list[Said]) -> None:
    store.add(PulseQuarter(begins_on=quarter, people=len(answers)))
    store.flush()
    for item, counts in rules.counted(answers).items() if answers else ():
        store.add_all(
            PulseCount(begins_on=quarter, item=item, felt=felt, people=people)
            for felt, people in counts.items()
        )
    store.flush()
