"""Erasing somebody: who they are goes; how long meetings were, and of which kind, stays.

Nothing of the record of who did what is touched: it holds numbers, and its chain stays whole.
"""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from supervisor.models import (
    Agreement,
    Alert,
    AlertEvent,
    Buddy,
    CatchUp,
    Departure,
    Entitlement,
    Erased,
    Forming,
    Fragment,
    GroupTerms,
    Imported,
    Job,
    KeptFeed,
    ManagerChange,
    Match,
    MatchSearch,
    Message,
    Nomination,
    Offering,
    Override,
    Person,
    ProgrammeStep,
    Question,
    RecruitSearch,
    Session,
    Store,
    new_ref,
)
from supervisor.models.engine import lock_answers, lock_people
from supervisor.models.providers import offering_culture
from supervisor.privacy.person_map import FATES, Fate
from supervisor.rules import erased
from supervisor.rules.kinds import Channel
from supervisor.settings import read, save
from supervisor.stand_ins import StandInSettings

NOBODY = "somebody"
"""What stands in other people's own words where the name was."""
WORDS: tuple[InstrumentedAttribute[Any], ...] = (
    AlertEvent.note, Buddy.name, GroupTerms.words, Question.word, Question.answer, Override.reason,
    Nomination.name, Nomination.word, Nomination.answer,
)  # fmt: skip
"""Where people write words of their own."""
FOUND = (MatchSearch, Forming, RecruitSearch)


def apply(store: Store, person: Person, key: str, on: date, now: datetime) -> None:
    """All of it, in the transaction of whoever asks. `key` makes the marks that are left."""
    lock_people(store, [person.id])
    for mark in (erased.hub_mark(key), *erased.marks(key, person.ref, person.email)):
        store.merge(Erased(mark=mark, erased_on=on))
    _forget_files(store, person)
    _scrub_words(store, person)
    _scrub_messages(store, person, now)
    _scrub_support(store, person, now)
    _jobs(store, person)
    for column, fate in FATES.items():
        _rows(store, column, fate, person)
    _no_stand_in(store, person)
    _nameless(person)
    store.flush()
    store.expire_all()


def _forget_files(store: Store, person: Person) -> None:
    """What imports and searches knew them by."""
    mine = [person.ref, *_refs(store, person)]
    for ref in mine:
        quoted = Imported.key.contains(json.dumps(ref), autoescape=True)
        store.execute(delete(Imported).where(or_(Imported.key == ref, quoted)))
    for search in FOUND:
        store.execute(delete(search).where(search.done_at.is_not(None)))


def _refs(store: Store, person: Person) -> list[str]:
    """The ids by which files call what is theirs."""
    owed = select(Entitlement.id).where(Entitlement.person_id == person.id)
    found: list[str] = []
    for record, theirs in (
        (Entitlement, Entitlement.person_id == person.id),
        (Job, Job.person_id == person.id),
        (Match, Match.entitlement_id.in_(owed) | (Match.provider_id == person.id)),
        (Session, Session.entitlement_id.in_(owed) | (Session.provider_id == person.id)),
    ):
        found += store.scalars(select(record.ref).where(theirs))
    return found


def _scrub_words(store: Store, person: Person) -> None:
    """Their whole name in what others wrote; a first name alone may be anybody's."""
    for column in WORDS:
        named = column.icontains(person.name, autoescape=True)
        for record in store.scalars(select(column.class_).where(named)):
            setattr(record, column.key, _without(getattr(record, column.key), person.name))
    store.flush()


def _without(text: str, name: str) -> str:
    at = text.lower().find(name.lower())
    while at >= 0:
        text = text[:at] + NOBODY + text[at + len(name) :]
        at = text.lower().find(name.lower(), at + len(NOBODY))
    return text


def _scrub_messages(store: Store, person: Person, now: datetime) -> None:
    """All that was written to them, and to others with their name in it: that it was sent stays."""
    facts = cast(Message.facts, String)
    named = [facts.contains(json.dumps(text)[1:-1], autoescape=True) for text in _names(person)]
    theirs = or_(Message.recipient_id == person.id, *named)
    for message in store.scalars(select(Message).where(theirs)):
        message.cause, message.facts = f"erased:{message.ref}", {}
        message.trouble, message.sent_to = None, None
        if message.sent_at is None and message.dropped_at is None:
            message.dropped_at = now
    store.flush()


def _names(person: Person) -> list[str]:
    return [
        text
        for text in (person.name, person.email, person.phone, person.video, person.chat)
        if text
    ]


def _scrub_support(store: Store, person: Person, now: datetime) -> None:
    """What they were owed and whom they met: new ids, no place, no address, no words. The id of a
    meeting stays, unless theirs is in it: by it the record says who put what right."""
    owed = Entitlement.person_id == person.id
    ids = select(Entitlement.id).where(owed)
    met = Session.entitlement_id.in_(ids) | (Session.provider_id == person.id)
    with_them = Match.entitlement_id.in_(ids) | (Match.provider_id == person.id)
    _forget_calendars(store, met)
    _end_alerts(store, Alert.entitlement_id.in_(ids) | (Alert.person_id == person.id), now)
    store.execute(delete(Nomination).where(Nomination.entitlement_id.in_(ids)))
    terms = Agreement.match_id.in_(select(Match.id).where(with_them))
    store.execute(update(Agreement).where(terms).values(tikanga=None))
    for entitlement in store.scalars(select(Entitlement).where(owed)):
        entitlement.ref, entitlement.link = new_ref(), new_ref()
        entitlement.culture_wanted = None
    for match in store.scalars(select(Match).where(with_them)):
        match.ref = new_ref()
    for session in store.scalars(select(Session).where(met)):
        session.changed_at = now
        session.video, session.place, session.room = None, None, None
        if person.ref in session.ref:
            session.ref = new_ref()
    theirs = Departure.person_id == person.id
    store.execute(update(Departure).where(theirs).values(periods={}))
    _offers(store, person)
    store.flush()


def _forget_calendars(store: Store, met: ColumnElement[bool]) -> None:
    """What is kept of the calendars of those whom they met is made anew, without the name; a
    program that has the name is told so, since what they met has changed."""
    owed = select(Entitlement.person_id).join(Session, Session.entitlement_id == Entitlement.id)
    theirs = sorted(store.scalars(select(Session.provider_id).where(met).union(owed.where(met))))
    for person_id in theirs:
        lock_answers(store, person_id)
    store.execute(delete(Fragment).where(Fragment.viewer_id.in_(theirs)))
    store.execute(delete(KeptFeed).where(KeptFeed.person_id.in_(theirs)))


def _end_alerts(store: Store, about: ColumnElement[bool], now: datetime) -> None:
    for alert in store.scalars(select(Alert).where(about)):
        alert.cause = f"erased:{alert.ref}"
        alert.ended_at = alert.ended_at or now
    store.flush()


def _offers(store: Store, person: Person) -> None:
    """That they were vetted for a kind, and until when, proves what was held; where, how many
    and which cultures does not."""
    mine = select(Offering.id).where(Offering.person_id == person.id)
    cultures = offering_culture.c.offering_id.in_(mine)
    store.execute(delete(offering_culture).where(cultures))
    theirs = Offering.person_id == person.id
    store.execute(update(Offering).where(theirs).values(capacity=0, regions=[]))


def _jobs(store: Store, person: Person) -> None:
    """What hangs on their jobs goes before them."""
    mine = select(Job.id).where(Job.person_id == person.id)
    _end_alerts_of_jobs(store, mine)
    for record in (CatchUp, Buddy, ProgrammeStep, ManagerChange):
        store.execute(delete(record).where(record.job_id.in_(mine)))


def _end_alerts_of_jobs(store: Store, jobs: Any) -> None:
    about = Alert.job_id.in_(jobs)
    for alert in store.scalars(select(Alert).where(about)):
        alert.cause, alert.job = f"erased:{alert.ref}", None
    store.flush()


def _rows(store: Store, column: Any, fate: Fate, person: Person) -> None:
    record, theirs = column.class_, column == person.id
    if fate is Fate.GOES:
        store.execute(delete(record).where(theirs))
    elif fate is Fate.WITHOUT:
        store.execute(update(record).where(theirs).values({column.key: None}))


def _no_stand_in(store: Store, person: Person) -> None:
    settings = read(store, StandInSettings)
    if person.email and settings.email.strip().lower() == person.email:
        save(store, replace(settings, email=""))


def _nameless(person: Person) -> None:
    """A number is left, with a random text in the place of the name; whatever may be empty is."""
    for column in Person.__table__.columns:
        if column.nullable and column.key != Person.left_on.key:
            setattr(person, column.key, None)
    person.ref = new_ref()
    person.name = f"Nobody {person.ref[:6]}"
    person.contact_by, person.locale, person.tell_at_hour = Channel.PAPER, "en", 9
    person.modes, person.matters_most, person.invited = [], [], True
