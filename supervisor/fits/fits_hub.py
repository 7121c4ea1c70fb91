"""The hub on a day as the rules of matching know it: needs, providers, matches that stay."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from supervisor import waivers
from supervisor.access import RUNNING
from supervisor.fits.fits_people import parties
from supervisor.models import (
    Entitlement,
    Leave,
    Match,
    Offering,
    Person,
    Place,
    Provider,
    Store,
    Visit,
    Word,
)
from supervisor.models.providers import offering_culture
from supervisor.rules import fit_kept, fit_values
from supervisor.rules.days import Span
from supervisor.rules.distance import Point
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need, Offer, Party, Trip
from supervisor.rules.kinds import MATCHED_KINDS, Kind, MatchState
from supervisor.settings import HubSettings, read


def loaded(store: Store, on: date, *, reopen: bool = False, fit: FitSettings | None = None) -> Hub:
    """Everybody on the day in the order of their ids; with `reopen` no match stays. `fit` are
    other settings than the hub's own, to see what they would change.

    The number of queries does not grow with the hub.
    """
    return fit_kept.settled(table(store, on, fit), reopen=reopen)


def table(store: Store, on: date, fit: FitSettings | None = None) -> Table:
    """The same before anybody has asked which matches stay: what they take is not counted yet."""
    store.flush()
    hub = read(store, HubSettings)
    people = parties(store, on, hub.time_zone)
    day = _day(on, hub, fit or read(store, FitSettings))
    return Table(
        _needs(store, on, people),
        _providers(store, on, people),
        day,
        _declined(store, on, day.settings.declined_days),
        waivers.waived(store, on),
    )


@dataclass(frozen=True)
class Known:
    """Some people by id and every provider, without what they are matched for."""

    people: dict[int, Party]
    providers: list[fit_values.Provider]
    day: Day


def known(store: Store, on: date, also: Iterable[int]) -> Known:
    """The providers on a day and some people besides, for a question that is no match."""
    hub, ids = read(store, HubSettings), list(also)

    def whose(person: Any) -> ColumnElement[bool]:
        return or_(person.in_(select(Provider.person_id)), person.in_(ids))

    people = parties(store, on, hub.time_zone, whose)
    day = _day(on, hub, read(store, FitSettings))
    return Known(people, _providers(store, on, people), day)


def _day(on: date, hub: HubSettings, fit: FitSettings) -> Day:
    """Cultural supervision may sit inside the employer where the hub says so."""
    external = {Kind.PEER_SUPERVISION}
    if not hub.cultural_inside_employer:
        external.add(Kind.CULTURAL_SUPERVISION)
    return Day(on, fit, frozenset(external))


def _needs(store: Store, on: date, people: dict[int, Party]) -> list[Need]:
    """Entitlements of the matched kinds that have not ended, of people who have not left."""
    current = _current(store, on)
    query = (
        select(
            Entitlement.id,
            Entitlement.ref,
            Entitlement.person_id,
            Entitlement.kind,
            Entitlement.sessions,
            Entitlement.minutes,
            Entitlement.mandatory,
            Entitlement.waiting_since,
            Word.name.label("culture_wanted"),
        )
        .join(Entitlement.person)
        .outerjoin(Entitlement.culture_wanted)
        .where(
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.ends_on >= on,
            or_(Person.left_on.is_(None), Person.left_on >= on),
        )
    )
    needs = [
        Need(
            worker=people[one.person_id],
            kind=Kind(one.kind),
            id=one.id,
            ref=one.ref,
            minutes=one.minutes,
            effort=one.sessions * one.minutes,
            culture_wanted=one.culture_wanted,
            mandatory=one.mandatory,
            waiting_since=one.waiting_since,
            current=current.get(one.id),
        )
        for one in store.execute(query)
    ]
    return sorted(needs, key=lambda need: need.ref)


def _current(store: Store, on: date) -> dict[int, int]:
    """Who holds each entitlement: by the match of the day, else by the next that both accepted.
    Cover holds nothing."""
    query = (
        select(Match.entitlement_id, Match.provider_id, Match.starts_on <= on)
        .where(
            Match.state.in_(RUNNING),
            Match.cover.is_(False),
            or_(Match.ends_on.is_(None), Match.ends_on >= on),
        )
        .order_by(Match.starts_on, Match.id)
    )
    current: dict[int, int] = {}
    for entitlement, provider, runs in store.execute(query):
        if runs or entitlement not in current:
            current[entitlement] = provider
    return current


def _providers(store: Store, on: date, people: dict[int, Party]) -> list[fit_values.Provider]:
    offers, leave, trips = _offers(store), _leave(store, on), _trips(store)
    query = select(Provider.person_id, Provider.hours_a_year, Person.left_on).join(Provider.person)
    providers = [
        fit_values.Provider(
            party=people[person],
            offers=offers[person],
            minutes_a_year=None if hours is None else round(hours * 60),
            leave=tuple(leave[person]),
            left_on=left_on,
            trips=tuple(trips[person]),
        )
        for person, hours, left_on in store.execute(query)
    ]
    return sorted(providers, key=lambda provider: provider.party.ref)


def _trips(store: Store) -> defaultdict[int, list[Trip]]:
    """The days on which they come to other places."""
    found: defaultdict[int, list[Trip]] = defaultdict(list)
    query = select(Visit, Place).join(Visit.place).order_by(Visit.id)
    for visit, place in store.execute(query):
        point = (place.latitude, place.longitude)
        hours = visit.starts_minute, visit.ends_minute
        day = visit.first_on.weekday()
        trip = Trip(place.name, _known(point), place.land, day, *hours, visit.last_on)
        found[visit.person_id].append(trip)
    return found


def _known(point: tuple[float | None, float | None]) -> Point | None:
    latitude, longitude = point
    return None if latitude is None or longitude is None else (latitude, longitude)


def _offers(store: Store) -> defaultdict[int, dict[str, Offer]]:
    cultures: defaultdict[int, set[str]] = defaultdict(set)
    offered = select(offering_culture.c.offering_id, Word.name).join(
        Word, Word.id == offering_culture.c.word_id
    )
    for offering, name in store.execute(offered):
        cultures[offering].add(name)
    found: defaultdict[int, dict[str, Offer]] = defaultdict(dict)
    for one in store.execute(select(Offering.__table__)):
        found[one.person_id][one.kind] = Offer(
            capacity=one.capacity,
            vetted_until=one.vetted_until,
            regions=frozenset(one.regions),
            cultures=frozenset(cultures[one.id]),
        )
    return found


def _declined(store: Store, on: date, days: int) -> list[tuple[int, int]]:
    """Entitlements and providers of whom one said no in the last days."""
    since = datetime.combine(on - timedelta(days=days), time.min, UTC)
    query = select(Match.entitlement_id, Match.provider_id).where(
        Match.state == MatchState.DECLINED, Match.closed_at >= since
    )
    return [(need, provider) for need, provider in store.execute(query)]


def _leave(store: Store, on: date) -> defaultdict[int, list[Span]]:
    found: defaultdict[int, list[Span]] = defaultdict(list)
    query = select(Leave.person_id, Leave.starts_on, Leave.ends_on).where(Leave.ends_on > on)
    for person, first, back in store.execute(query):
        found[person].append((first, back))
    return found
