"""A worker moves to another employer: looked at first, then done as one, taken back until the day.

What would happen is found by doing it, and then undoing it: the preview is never another rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from supervisor import access, audit, broken, entitlements, grants
from supervisor.answering import payer_by_name
from supervisor.employers import employer_choices, employer_offers, employer_terms
from supervisor.employers import employer_messages as tell
from supervisor.employers.employer_terms import Then
from supervisor.employers.employer_values import Line, Plan, Seen, Wanted
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.matches import going_on, match_endings
from supervisor.models import (
    Entitlement,
    Job,
    JobChange,
    Person,
    Store,
)
from supervisor.models.engine import lock_people
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Kind
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today

INSTEAD = 3


def plan(store: Store, person: Person, wanted: Wanted, now: datetime) -> Plan:
    """What would happen; nothing is kept."""
    employer_choices.refuse(store, person, wanted, now)
    owed = employer_terms.owed(store, person, wanted.first)
    before = {one.id: _seen_by(store, one, wanted.last) for one in owed}
    fails = _fails(store, person, wanted.first)
    offers = employer_offers.of_person(store, person)
    lawful = employer_offers.against(store, offers, wanted.first)
    with _as_if(store):
        change = _jobs(store, person, wanted, person, now)
        lost = {
            match: [words for words in found if words not in fails.get(match, [])]
            for match, found in _fails(store, person, wanted.first).items()
        }
        unlawful = employer_offers.against(store, offers, wanted.first)
        drafts = [_draft(store, one, wanted, lost, now) for one in owed]
        _end(store, change, drafts, now)
        employer_terms.begin(store, change, now)
        after = [_after(store, person, line, wanted.first) for line in drafts]
    lines = [_line(*two, before) for two in zip(drafts, after, strict=True)]
    return Plan(wanted, lines, employer_offers.lost(offers, lawful, unlawful))


@contextmanager
def _as_if(store: Store) -> Iterator[None]:
    """What is written meanwhile is taken back at the end."""
    nested = store.begin_nested()
    try:
        yield
        store.flush()
    finally:
        nested.rollback()
        store.expire_all()


def _seen_by(store: Store, one: Entitlement, on: date) -> Seen:
    return payer_by_name(store, one, on), access.managers_of(store, one, on)


def _fails(store: Store, person: Person, on: date) -> dict[int, list[Words]]:
    """What stands against whom they meet, by match, in the hub's words."""
    found = broken.broken(store, on, person)
    mine = [one for one in found if one.match.entitlement.person_id == person.id]
    return {one.match.id: [words for _rule, words in one.found] for one in mine}


def _draft(
    store: Store, one: Entitlement, wanted: Wanted, lost: dict[int, list[Words]], now: datetime
) -> Line:
    running = employer_terms.running(store, one, wanted.first)
    then = _then(store, one, wanted)
    ends = [m for m in running if then is Then.ENDS or lost.get(m.id)]
    against = [words for m in running for words in lost.get(m.id, [])]
    ahead = {m.id: going_on.booked(store, m, wanted.first, now) for m in running}
    return Line(
        entitlement=one,
        then=then,
        match=next((m for m in running if not m.cover), None),
        ends=ends,
        against=against,
        instead=_instead(store, one, wanted.first) if against else [],
        stays=[s for m in running if m not in ends for s in ahead[m.id]],
        off=[s for m in ends for s in ahead[m.id]],
    )


def _then(store: Store, one: Entitlement, wanted: Wanted) -> Then | None:
    """None where another pays: it goes on as it is."""
    term = wanted.terms.get(one.link)
    paid = term and employer_terms.paid_by(store, one, wanted.old, wanted.last)
    return term.then if term and paid else None


def _instead(store: Store, one: Entitlement, on: date) -> list[Person]:
    return [found.provider for found in fits.shortlist(store, one, on, INSTEAD)]


def _after(store: Store, person: Person, line: Line, first: date) -> Seen:
    if line.then is Then.ENDS:
        return None, []
    one = line.entitlement
    if line.then is Then.ANEW:
        one = grants.running(store, person, Kind(one.kind), first) or one
    return _seen_by(store, one, first)


def _line(line: Line, after: Seen, before: Mapping[int, Seen]) -> Line:
    was = before[line.entitlement.id]
    return replace(line, paid=(was[0], after[0]), managers=(was[1], after[1]))


def change(
    store: Store, person: Person, wanted: Wanted, seen: str, by: Person, now: datetime
) -> Plan | None:
    """Do what was read; None where something has changed since, so that it is read anew."""
    lock_people(store, [person.id])
    made = plan(store, person, wanted, now)
    if made.seen != seen:
        return None
    done = _jobs(store, person, wanted, by, now)
    _end(store, done, made.lines, now)
    employer_offers.close(store, made.offers, by, now)
    if wanted.first <= hub_today(store, now):
        employer_terms.begin(store, done, now)
    tell.changed(store, done, *_managers(made), now)
    audit.record(store, now, by, "move", "person", audit.of(person), person)
    return made


def _managers(made: Plan) -> tuple[list[Person], list[Person]]:
    """Who sees it no more, and who sees it from then on."""
    before = {one.id: one for line in made.lines for one in line.managers[0]}
    after = {one.id: one for line in made.lines for one in line.managers[1]}
    gone = [one for id_, one in before.items() if id_ not in after]
    return gone, [one for id_, one in after.items() if id_ not in before]


def _jobs(store: Store, person: Person, wanted: Wanted, by: Person, now: datetime) -> JobChange:
    """The old job ends the day before the new one begins; fraction and funding go along."""
    old, before = wanted.old, wanted.old.ends_on
    new = Job(
        person=person, organisation=wanted.organisation, role=wanted.role,
        manager=wanted.manager, fte=old.fte, funded_service=old.funded_service,
        starts_on=wanted.first,
    )  # fmt: skip
    old.ends_on = wanted.last
    store.add(new)
    store.flush()
    links = {one.link: one.ref for one in employer_terms.owed(store, person, wanted.first)}
    terms = {
        links[link]: {"then": term.then, "sessions": term.sessions}
        for link, term in wanted.terms.items()
        if link in links
    }
    made = JobChange(
        person=person, old=old, new=new, first_on=wanted.first, terms=terms,
        before={"job": before.isoformat() if before else None, "periods": {}},
        noted_at=now, noted_by=by,
    )  # fmt: skip
    store.add(made)
    store.flush()
    return made


def _end(store: Store, change: JobChange, lines: Sequence[Line], now: datetime) -> None:
    """Matches that the new job stands against, and periods that end with the old one."""
    periods, last = {}, change.first_on - DAY
    for line in lines:
        one = line.entitlement
        soonest = max(last, entitlements.day_of(store, one, now))
        for match in line.ends:
            match_endings.end(store, match, min(soonest, one.ends_on), change.noted_by, now)
        if line.then is Then.ENDS:
            periods[one.ref] = one.ends_on.isoformat()
            one.ends_on = last
            store.flush()
            entitlements.reassess(store, one, now)
    change.before = {**change.before, "periods": periods}
    store.flush()


def take_back(store: Store, person: Person, by: Person, now: datetime) -> None:
    """They stay. The job and the periods are as they were; what has ended is looked for anew."""
    lock_people(store, [person.id])
    noted = employer_choices.open_change(store, person)
    if noted is None:
        raise Refused(N_("It has begun, or was taken back already."))
    ends, new = noted.before["job"], noted.new
    noted.old.ends_on = date.fromisoformat(ends) if ends else None
    _restore_periods(store, noted, now)
    tell.taken_back(store, noted, now)
    store.delete(noted)
    store.flush()
    _forget(store, new)
    audit.record(store, now, by, "take_back", "job", audit.of(person), person)


def _restore_periods(store: Store, noted: JobChange, now: datetime) -> None:
    periods = noted.before["periods"]
    for one in store.scalars(select(Entitlement).where(Entitlement.ref.in_(periods))):
        one.ends_on = date.fromisoformat(periods[one.ref])
        store.flush()
        entitlements.reassess(store, one, now)


def _forget(store: Store, job: Job) -> None:
    """Where somebody has written something down for it already, it ends before it begins."""
    starts = job.starts_on
    try:
        with store.begin_nested():
            store.delete(job)
            store.flush()
    except IntegrityError:
        store.refresh(job)
        job.ends_on = starts - DAY if starts else None
        store.flush()
