"""What people do in a simulated year with their letters and on their own pages."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from supervisor import bundles, entitlements, messages
from supervisor.matches import matches
from supervisor.matches.match_offers import open_offers
from supervisor.models import Entitlement, Match, Message, Person, Proposal, Session, Store
from supervisor.openings.times_to_offer import TIMES, times_to_offer
from supervisor.plans import plans
from supervisor.rules.kinds import Channel, MatchState, Side
from supervisor.sessions import delivery, sessions
from supervisor.simulated.simulated_events import say
from supervisor.simulated.simulated_world import World, attempt, serving
from supervisor.still_true import still_true

WEEK = 7
QUESTION = "not_confirmed"


def deliver(world: World, store: Store, now: datetime) -> None:
    """Take what is due out of the outbox and mark it sent: nothing leaves this machine."""
    for channel in (Channel.EMAIL, Channel.TEXT):
        while bundle := messages.claim(store, "simulation", now, channel):
            true = [one for one in bundle if _has_something_to_say(store, one)]
            for one in bundle:
                if one not in true:
                    messages.take_back(one, now)
            going = bundles.one_each(store, true, now)
            messages.sent(going, now)
            for one in going:
                received(world, one, now)
            store.flush()


def _has_something_to_say(store: Store, message: Message) -> bool:
    ended = message.alert is not None and message.alert.ended_at is not None
    return not ended and still_true(store, message)


def received(world: World, message: Message, now: datetime) -> None:
    """Its reader will answer, or will not; where nobody follows anything up, only whether they
    met."""
    world.pressed[f"letter: {message.template}"] += 1
    if not world.follow and message.template != QUESTION:
        return
    if message.template in TO_THE_HUB:
        world.to_do.append(message.facts["entitlement"])
    question = message.template == QUESTION
    rates = world.year.rates
    rate = rates.answers_question if question else rates.answers_letter
    if message.template in ANSWERS and world.year.happens(rate, "answers", message.id):
        world.will_answer(message, now)


def answer_letters(world: World, store: Store, now: datetime) -> None:
    """What those do who answer today."""
    for id_ in world.to_answer(now):
        message = store.get_one(Message, id_)
        ANSWERS[message.template](world, store, message, now)


def look_around(world: World, store: Store, now: datetime) -> None:
    """Those who open their own page today do what stands there."""
    on = world.on(now)
    for ref, id_ in world.people.items():
        day = int(world.year.draw(ref, "weekday", on.isocalendar()[:2]) * WEEK)
        looks = world.year.happens(
            world.year.rates.looks_a_week, ref, "looks", on.isocalendar()[:2]
        )
        if looks and on.weekday() == day:
            _own_page(world, store, store.get_one(Person, id_), now)


def _own_page(world: World, store: Store, person: Person, now: datetime) -> None:
    for session in delivery.to_confirm(store, person, now):
        say(world, store, session, delivery.side_of(session, person), person, now)
    for owed in _mine(world, store, person):
        _keep_plan(world, store, owed, person, now)
        _choose(world, store, owed, now)
    asked = select(Match).where(Match.provider_id == person.id, Match.state == MatchState.OFFERED)
    for match in store.scalars(asked.where(Match.worker_yes_at.is_not(None))).all():
        _say_yes_or_no(world, store, match, now)


def _mine(world: World, store: Store, person: Person) -> list[Entitlement]:
    query = select(Entitlement).where(
        Entitlement.id.in_(world.owed), Entitlement.person_id == person.id
    )
    return list(store.scalars(query))


def _keep_plan(world: World, store: Store, owed: Entitlement, by: Person, now: datetime) -> bool:
    """Keep the plan with one tap, where there is one and it suits."""
    proposed = select(Proposal).where(Proposal.entitlement_id == owed.id, Proposal.starts_at > now)
    on = world.on(now)
    likes = world.year.happens(world.year.rates.keeps_plan, owed.ref, "plan", on.year, on.month)
    if not likes or store.scalars(proposed.limit(1)).first() is None:
        return False
    world.pressed["plan kept"] += 1
    return attempt(store, plans.keep, owed, by, now)


def _book(world: World, store: Store, message: Message, now: datetime) -> None:
    """Open the times of the letter and book one of them."""
    owed = _about(store, message)
    if owed is None or serving(store, owed, now) is None:
        return
    if not entitlements.position(store, owed, now).unbooked:
        return
    book_one(world, store, owed, message.recipient, now)


def book_one(world: World, store: Store, owed: Entitlement, by: Person, now: datetime) -> bool:
    """One of the few times that suit both; which one is a matter of chance."""
    times = times_to_offer(store, owed, now, TIMES).times
    if not times:
        return False
    time = times[int(world.year.draw(owed.ref, "which", world.on(now)) * len(times))]
    world.pressed["booked from a letter"] += 1
    return attempt(store, sessions.book, owed, time.starts_at, time.mode, by, now)


def _about(store: Store, message: Message) -> Entitlement | None:
    if message.alert and message.alert.entitlement_id:
        return store.get(Entitlement, message.alert.entitlement_id)
    link = message.facts.get("entitlement")
    return store.scalar(select(Entitlement).where(Entitlement.link == link)) if link else None


def _confirm(world: World, store: Store, message: Message, now: datetime) -> None:
    session = message.alert.session if message.alert else None
    ref = message.facts.get("session")
    session = session or store.scalar(select(Session).where(Session.ref == ref))
    person = message.recipient
    if session and person.id in (session.entitlement.person_id, session.provider_id):
        say(world, store, session, delivery.side_of(session, person), person, now)


def _offered(world: World, store: Store, message: Message, now: datetime) -> None:
    owed = _about(store, message)
    if owed:
        _choose(world, store, owed, now)


def _choose(world: World, store: Store, owed: Entitlement, now: datetime) -> None:
    """The first of them, or none of these."""
    offers = open_offers(store, owed)
    if not offers or any(one.worker_yes_at for one in offers):
        return
    choose_for(world, store, owed, offers, owed.person, now)


def choose_for(
    world: World,
    store: Store,
    owed: Entitlement,
    offers: list[Match],
    by: Person,
    now: datetime,
) -> None:
    """What the worker says, by themselves or typed by the hub."""
    if world.year.happens(world.year.rates.chooses, owed.ref, "chooses", world.on(now)):
        world.pressed["chose somebody"] += 1
        attempt(store, matches.choose, offers[0], by, now)
    else:
        world.pressed["none of these"] += 1
        attempt(store, matches.none_of_these, owed, "", by, now)


def _asked(world: World, store: Store, message: Message, now: datetime) -> None:
    ref = message.facts.get("match")
    match = message.alert.match if message.alert else None
    match = match or store.scalar(select(Match).where(Match.ref == ref))
    if match is None or match.state != MatchState.OFFERED:
        return
    if match.worker_yes_at:
        _say_yes_or_no(world, store, match, now)
    else:
        _choose(world, store, match.entitlement, now)


def _say_yes_or_no(world: World, store: Store, match: Match, now: datetime) -> None:
    answer_for(world, store, match, match.provider, now)


def answer_for(world: World, store: Store, match: Match, by: Person, now: datetime) -> None:
    """What the provider says, by themselves or typed by the hub."""
    name = match.provider.ref, match.entitlement.ref, "yes", world.on(now)
    if world.year.happens(world.year.rates.says_yes, *name):
        world.pressed["said yes"] += 1
        attempt(store, matches.accept, match, by, now)
    else:
        world.pressed["said no"] += 1
        side = Side.PROVIDER
        attempt(store, matches.decline, match, by, now, side)


TO_THE_HUB = ("match_ended_hub", "choices_wanted")
Answering = Callable[[World, Store, Message, datetime], None]
ANSWERS: dict[str, Answering] = {
    QUESTION: _confirm,
    "nothing_booked": _book,
    "slipping": _book,
    "behind": _book,
    "times": _book,
    "cancelled": _book,
    "series_cancelled": _book,
    "match_agreed": _book,
    "match_offered": _offered,
    "match_asked": _asked,
    "offer_unanswered": _asked,
}
"""What is done by whoever answers a letter; any other is only read."""
