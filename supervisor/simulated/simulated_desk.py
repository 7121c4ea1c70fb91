"""The coordinator of a simulated year: she presses what Today offers, so many rows a day."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy import select

from supervisor import entitlements, reminders, undelivered
from supervisor.fits import fits
from supervisor.matches import match_searches, matches
from supervisor.models import Entitlement, MatchSearch, Message, Person, Session, Store
from supervisor.plans import plans
from supervisor.rules.kinds import Standing
from supervisor.sessions import delivery, sessions
from supervisor.simulated import simulated_people
from supervisor.simulated.simulated_events import say
from supervisor.simulated.simulated_world import World, attempt
from supervisor.still_true import still_true
from supervisor.today import today
from supervisor.today.behind import FOUND, Line
from supervisor.today.today_finds import Waiting

CHOICES = 3
Thing = TypeVar("Thing")
Press = Callable[[World, Store, Thing, datetime], None]
Row = Callable[[World, Store, datetime], None]


def propose_plan(world: World, store: Store, now: datetime) -> None:
    """`supervisor plan`, as the hub runs it at the beginning of each month."""
    attempt(store, plans.plan, world.on(now), world.year.last, now)


def work(world: World, store: Store, now: datetime) -> None:
    """As many rows as there is time for, in the order in which they stand."""
    for press in islice(_rows(world, store, now), round(world.year.rates.rows_a_day)):
        press(world, store, now)


def _rows(world: World, store: Store, now: datetime) -> Iterator[Row]:
    """The rows of Today, each with what she presses on it."""
    board = today.board(store, now)
    lines = [line for one in FOUND if one in board.sections for line in board.sections[one].lines]
    yield from _each(_hand_over, undelivered.to_hand_over(store, now))
    yield from _each(_press, lines)
    yield from _each(_find_somebody, _asked_for(world))
    yield from _each(_send, [board.offerable[0]] if board.offerable else [])
    yield from _each(_waits, board.waiting[: board.rows])
    yield from _each(_settle, board.disputed[: board.rows])
    yield from _each(_unconfirmed, board.unconfirmed[: board.rows])


def _each(press: Press[Thing], things: Iterable[Thing]) -> Iterator[Row]:
    return (partial(_pressed, press, thing) for thing in things)


def _pressed(press: Press[Thing], thing: Thing, world: World, store: Store, now: datetime) -> None:
    press(world, store, thing, now)


def _send(world: World, store: Store, search: MatchSearch, now: datetime) -> None:
    attempt(store, match_searches.send, search, world.by(store), now)


def _hand_over(world: World, store: Store, message: Message, now: datetime) -> None:
    """Ring whoever no mail reaches, or print it."""
    if still_true(store, message):
        undelivered.handed_over(store, message, world.by(store), now)
        simulated_people.received(world, message, now)


def _reached(world: World, *name: object) -> bool:
    return world.year.happens(world.year.rates.reached_by_phone, "phone", *name)


def _press(world: World, store: Store, line: Line, now: datetime) -> None:
    """Book the time on the row with both on the phone, else send them three; where no time
    suits, cover; where nobody is met, whoever fits."""
    owed, by = line.entitlement, world.by(store)
    times = line.openings.times if line.openings else []
    if line.position.standing is Standing.NOT_MATCHED:
        _offer(world, store, owed, now)
    elif not times:
        _offer(world, store, owed, now, cover=True)
    elif _reached(world, owed.ref, world.on(now)):
        world.pressed["Today: booked"] += 1
        first = times[0]
        attempt(store, sessions.book, owed, first.starts_at, first.mode, by, now)
    else:
        world.pressed["Today: times sent"] += 1
        attempt(store, reminders.offer_times, owed, by, now)


def _offer(
    world: World, store: Store, owed: Entitlement, now: datetime, *, cover: bool = False
) -> None:
    """See who fits, and offer the best of them."""
    found = fits.shortlist(store, owed, world.on(now), CHOICES)
    world.pressed["Today: offered cover" if cover else "Today: offered somebody"] += bool(found)
    for one in found:
        attempt(store, matches.offer, owed, one.provider, now, world.by(store), cover=cover)


def _asked_for(world: World) -> Iterator[str]:
    """The entitlements for which a letter asks the hub to find somebody."""
    while world.to_do:
        yield world.to_do.pop(0)


def _find_somebody(world: World, store: Store, link: str, now: datetime) -> None:
    owed = store.scalars(select(Entitlement).where(Entitlement.link == link)).one()
    gone = owed.ends_on <= world.on(now) or owed.person.left_on is not None
    match = entitlements.running_match(store, owed, world.on(now))
    stays = match is not None and match.ends_on is None
    if not gone and not stays and not matches.open_offers(store, owed):
        _offer(world, store, owed, now)


def _waits(world: World, store: Store, one: Waiting, now: datetime) -> None:
    """Ring whoever has the next word and type what they say, else remind them."""
    by, chosen = world.by(store), one.chosen
    if not _reached(world, one.entitlement.ref, "offer", world.on(now)):
        attempt(store, reminders.remind_of_offer, one.offers[0], by, now)
    elif chosen:
        simulated_people.answer_for(world, store, chosen, by, now)
    else:
        simulated_people.choose_for(world, store, one.entitlement, one.offers, by, now)


def _settle(world: World, store: Store, session: Session, now: datetime) -> None:
    attempt(store, delivery.settle, session, held=world.met(session), by=world.by(store), now=now)


def _unconfirmed(world: World, store: Store, session: Session, now: datetime) -> None:
    """Ring one of those who have not said and type it for them, else ask again."""
    silent = _silent(session)
    if silent and _reached(world, session.entitlement.ref, session.local_start, world.on(now)):
        world.pressed["Today: answer typed"] += 1
        side = delivery.side_of(session, silent[0])
        if say(world, store, session, side, world.by(store), now):
            return
    attempt(store, reminders.ask_again, session, world.by(store), now)


def _silent(session: Session) -> list[Person]:
    said = {one.side for one in session.confirmations}
    both = session.entitlement.person, session.provider
    return [one for one in both if delivery.side_of(session, one) not in said]
