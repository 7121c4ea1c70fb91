"""Everybody as the rules of matching know them, read from the records in few queries.

Each reader is one query for the whole hub and gives, by person, what it found.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select, true

from supervisor import capacity
from supervisor.access import current_job
from supervisor.apart import declared
from supervisor.models import (
    Choice,
    Entitlement,
    Identity,
    Job,
    Match,
    Person,
    Place,
    Share,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.rules.fit_values import Party, line_above
from supervisor.rules.kinds import Part, Stance, Vocabulary

Found = dict[int, dict[str, Any]]
Whose = Callable[[Any], ColumnElement[bool]]
"""Whom is asked about, said of a column that holds a person."""
TRAITS = {
    (Vocabulary.PERSPECTIVE, Stance.OWN): "perspectives",
    (Vocabulary.CULTURE, Stance.OWN): "cultures",
    (Vocabulary.LANGUAGE, Stance.OWN): "languages",
    (Vocabulary.LANGUAGE, Stance.NEEDED): "needed_languages",
    (Vocabulary.GENDER, Stance.OWN): "genders",
    (Vocabulary.GENDER, Stance.PREFERRED): "preferred_genders",
    (Vocabulary.FOCUS, Stance.OWN): "focus",
    (Vocabulary.PRACTICE_MODEL, Stance.OWN): "practice",
}


def everyone(_person: Any) -> ColumnElement[bool]:
    """Nobody is left out."""
    return true()


def parties(store: Store, on: date, zone: str, whose: Whose = everyone) -> dict[int, Party]:
    """People by their id: those of whose column it is true. `zone` serves those without one of
    their own."""
    shared = _shared(store)
    found = [_words(store, shared, whose), _weeks(store, whose), _work(store, on, whose)]
    found += [_choices(store, whose), _conflicts(store), _supervisors(store, on, whose)]
    found.append(_work_ahead(store, on, whose))
    return {
        row.id: _party(_person(row, zone, shared[row.id]), [of[row.id] for of in found])
        for row in store.execute(_people().where(whose(Person.id)))
    }


def _party(known: dict[str, Any], found: list[dict[str, Any]]) -> Party:
    """No two readers tell the same."""
    for more in found:
        known |= more
    return Party(**known)


def _people() -> Any:
    return (
        select(
            Person.id,
            Person.ref,
            Person.latitude,
            Person.longitude,
            Person.clinical,
            Person.modes,
            Person.travel_km,
            Person.years_experience,
            Person.matters_most,
            Person.time_zone,
            Place.latitude.label("place_latitude"),
            Place.longitude.label("place_longitude"),
            Place.region,
            Place.land,
            Identity.youth_until,
            Identity.rainbow,
        )
        .outerjoin(Person.place)
        .outerjoin(Person.identity)
    )


def _shared(store: Store) -> defaultdict[int, set[str]]:
    """Which parts of who they are each has agreed to share. The others are as if unknown."""
    parts: defaultdict[int, set[str]] = defaultdict(set)
    query = select(Share.person_id, Share.part).where(Share.withdrawn_on.is_(None))
    for person, part in store.execute(query):
        parts[person].add(part)
    return parts


def _person(row: Row[Any], zone: str, shared: Set[str]) -> dict[str, Any]:
    """Their own coordinates come before the place's; region and land are the place's."""
    own = (row.latitude, row.longitude)
    point = own if None not in own else (row.place_latitude, row.place_longitude)
    return {
        "id": row.id,
        "ref": row.ref,
        "point": point if None not in point else None,
        "region": row.region,
        "land": row.land,
        "clinical": bool(row.clinical),
        "shares": bool(shared - {Part.PERSPECTIVE}),
        "youth_until": row.youth_until if Part.YOUTH in shared else None,
        "rainbow": bool(row.rainbow and Part.RAINBOW in shared),
        "modes": frozenset(row.modes),
        "travel_km": row.travel_km,
        "years": row.years_experience,
        "matters_most": frozenset(row.matters_most),
        "zone": row.time_zone or zone,
    }


def _by_person(rows: Iterable[Any], made: Callable[[list[Any]], dict[str, Any]]) -> Found:
    """What is made of the rows of each person, who stands in their first column; people
    without rows have nothing."""
    gathered: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        gathered[row[0]].append(row)
    return defaultdict(dict, {person: made(of) for person, of in gathered.items()})


def _words(store: Store, shared: Mapping[int, Set[str]], whose: Whose) -> Found:
    """Of who they are, the words that they share; a perspective is asked of everybody."""
    query = select(Trait.person_id, Word.vocabulary, Trait.stance, Word.name).join(Trait.word)
    query = query.where(whose(Trait.person_id))
    private = {Part.CULTURE, Part.LANGUAGE, Part.GENDER}
    rows = (
        row
        for row in store.execute(query)
        if row.stance != Stance.OWN
        or row.vocabulary not in private
        or row.vocabulary in shared[row.person_id]
    )
    return _by_person(rows, _words_of)


def _words_of(rows: list[Any]) -> dict[str, Any]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if field := TRAITS.get((row.vocabulary, row.stance)):
            found[field].add(row.name)
    return {field: frozenset(words) for field, words in found.items()}


def _weeks(store: Store, whose: Whose) -> Found:
    query = select(Window.person_id, Window.weekday, Window.starts_minute, Window.ends_minute)
    return _by_person(
        store.execute(query.where(whose(Window.person_id))),
        lambda rows: {"windows": tuple(tuple(row[1:]) for row in rows)},
    )


def _work(store: Store, on: date, whose: Whose) -> Found:
    """What follows from the jobs held on the day, the lines of managers at every height too."""
    query = select(Job.person_id, Job.organisation_id, Job.sole_peer, Job.starts_on)
    jobs = store.execute(query.where(current_job(on), whose(Job.person_id)))
    managers = _managers(store, on)
    return _by_person(jobs, lambda rows: _work_of(rows, managers))


def _work_ahead(store: Store, on: date, whose: Whose) -> Found:
    """Where they begin later."""
    query = select(Job.person_id, Job.organisation_id).where(Job.starts_on > on)
    return _by_person(
        store.execute(query.where(whose(Job.person_id))),
        lambda rows: {"joins": frozenset(row.organisation_id for row in rows)},
    )


def _managers(store: Store, on: date) -> defaultdict[int, set[int]]:
    """Of everybody: a line goes up through people who are not asked about."""
    managers: defaultdict[int, set[int]] = defaultdict(set)
    query = select(Job.person_id, Job.manager_id).where(current_job(on))
    rows: Any = store.execute(query.where(Job.manager_id.is_not(None)))
    for person, manager in rows:
        managers[person].add(manager)
    return managers


def _work_of(jobs: list[Any], managers: Mapping[int, Set[int]]) -> dict[str, Any]:
    return {
        "organisations": frozenset(job.organisation_id for job in jobs),
        "above": line_above(jobs[0].person_id, managers),
        "sole_peer": any(job.sole_peer for job in jobs),
        "began_on": min((job.starts_on for job in jobs if job.starts_on), default=None),
    }


def _choices(store: Store, whose: Whose) -> Found:
    query = select(Choice.person_id, Choice.provider_id, Choice.rank)
    return _by_person(
        store.execute(query.where(whose(Choice.person_id))),
        lambda rows: {"choices": {row.provider_id: row.rank for row in rows}},
    )


def _conflicts(store: Store) -> Found:
    found: Found = defaultdict(dict)
    apart = declared(store)
    for field, pairs in (
        ("against", apart.people),
        ("against_organisations", apart.organisations),
    ):
        for person, other in pairs:
            found[person][field] = found[person].get(field, frozenset()) | {other}
    return found


def _supervisors(store: Store, on: date, whose: Whose) -> Found:
    """Who supervises whom now, cover included."""
    query = (
        select(Entitlement.person_id, Match.provider_id)
        .join(Match.entitlement)
        .where(capacity.running(on), Entitlement.ends_on >= on, whose(Entitlement.person_id))
    )
    return _by_person(
        store.execute(query),
        lambda rows: {"supervised_by": frozenset(row.provider_id for row in rows)},
    )
