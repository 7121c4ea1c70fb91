"""Whatever a manager opens, takes out or adds to an address: their own rows, and nothing else.

Every text that somebody wrote, and every name that is not of their team, bears a word that stands
nowhere else. A manager then opens every address there is, in every form, with everything that any
page understands behind its question mark, and follows each link.
"""

import io
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, select, update
from werkzeug.datastructures import ImmutableMultiDict

from supervisor import letters, schedule
from supervisor.feeds import feeds
from supervisor.models import (
    Agreement,
    Amendment,
    Base,
    BusySource,
    Debrief,
    Entitlement,
    Group,
    GroupTerms,
    Identity,
    Job,
    Leave,
    Match,
    Message,
    Organisation,
    Person,
    Place,
    Question,
    Session,
    Store,
    TextReply,
    Trait,
    Word,
)
from supervisor.reports import packs
from supervisor.reports.packs import Keys, Scope
from supervisor.rules.kinds import FeedLevel, Kind, MatchState, Mode, Outcome, Role, Vocabulary
from supervisor.spreadsheets import FORMATS
from tests.everybody import routes, settle, url
from tests.test_access import GETS

SECRET = re.compile(rb"ZqqZ\w+")
WRITTEN = {
    "agreement.tikanga", "alert_event.note", "busy_source.host", "conflict.name",
    "debrief.number", "debrief.reach",
    "group.name", "group_terms.words", "meeting_room.name", "meeting_room.notes",
    "new_email.email",
    "nomination.answer", "nomination.contact", "nomination.name", "nomination.word",
    "organisation.name",
    "override.reason", "person.chat", "person.email", "person.name", "person.phone",
    "person.video", "place.name", "question.answer", "question.word", "session.video",
    "sign_in.device", "text_reply.phone", "text_reply.words", "word.name",
}  # fmt: skip
"""The columns in which there are words of people, or about them."""
ELSEWHERE = {"buddy.name", "feed.name", "feed.fetched_by", "message.trouble", "message.sent_to",
             "attempt.what", "job_tick.job", "job_tick.worker", "setting.name", "imported.sheet",
             "imported.key", "message.cause", "alert.cause", "person.email_trouble",
             "pulse_said.sealed", "busy_source.trouble",
             "inlet.name", "inlet.said", "inlet.why", "look.what", "looked_at.job",
             "looked_at.as_of", "touched.reader", "kept_feed.manner"}  # fmt: skip
"""A workplace's own buddy, one's own calendar, and what only the machine writes."""
LISTS = {
    "answer", "by", "cells", "channel", "claimed_by", "contact_by", "facts", "felt", "hat", "item",
    "kept", "key_hash", "kind", "land", "ledger", "left_out", "level", "link", "locale", "mac",
    "message_id", "mode", "noun", "noun_ref", "outcome", "part", "payer", "ref", "region", "role",
    "side", "signature", "standing", "stance", "state", "step", "template", "time_zone",
    "token_hash", "uid", "value", "verb", "vocabulary", "way", "what", "whom", "zone", "name",
    "before", "after", "key", "rhythm", "etag", "every", "gateway_id", "mark", "method", "modified",
    "occurrence", "partstat", "report", "said",
}  # fmt: skip
"""Columns of closed lists, ids and codes, in whatever table."""
TEAM = ("ben", "eve", "mere")
LISTS_TO_PICK_FROM = {"/apart": b"ZqqZorganisationname", "/shared": b"ZqqZwordname"}
"""Everybody picks from the hub's own lists: all organisations, and all words for who one is."""
VALUES = ("all", "ben", "circle", "mentoring", "2", "2026-12-31", "harbour")


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """Mere manages Ben and Eve. Ben has cultural supervision too, another job, and much else."""
    settle(store, cast, now)
    _more_of_ben(store, cast, now)
    _identity(store, cast, now)
    store.flush()
    _plant(store, cast)
    store.commit()
    store.expire_all()
    return cast


def _more_of_ben(store: Store, cast: SimpleNamespace, now: datetime) -> None:
    elsewhere = Place(ref="elsewhere", name="Elsewhere", region="CAN")
    cast.ben.place = cast.eve.place = elsewhere
    cast.past.outcome = Outcome.HELD
    cultural = Entitlement(
        ref="ben-cultural", link="ben-cultural", person=cast.ben, kind=Kind.CULTURAL_SUPERVISION,
        sessions=77, minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    match = Match(
        ref="ben-fay", entitlement=cultural, provider=cast.fay, state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 1),
    )  # fmt: skip
    store.add_all([elsewhere, cultural, match])
    store.add(BusySource(person=cast.ben, kind="ics", host="said.example", sealed=b"",
                         made_at=now, next_at=now + timedelta(days=900)))  # fmt: skip
    store.add(TextReply(came_at=now, phone="021", words="Said", person=cast.ben))
    circle = store.scalars(select(Group).filter_by(ref="circle")).one()
    store.add(GroupTerms(group=circle, words="Said", changed_at=now))
    store.add(Agreement(match=cast.match, mode=Mode.VIDEO, tikanga="Said"))
    store.add(Job(person=cast.ben, organisation=cast.harbour, role=Role.EDUCATOR, manager=cast.rua))
    store.add(Question(manager=cast.rua, word="Said", answer="Said", asked_at=now, answered_at=now))
    store.add(Leave(person_id=cast.eve.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 20)))
    store.flush()
    for session in store.scalars(select(Session)):
        session.video = "https://said.example"
    talk = store.scalars(select(Debrief)).one()
    talk.number = talk.reach = "021"
    cast.cultural = cultural


def _identity(store: Store, cast: SimpleNamespace, now: datetime) -> None:
    for kind in (Vocabulary.CULTURE, Vocabulary.GENDER, Vocabulary.LANGUAGE):
        word = Word(vocabulary=kind, name=str(kind))
        cast.ben.traits.append(Trait(word=word))
    identity = Identity(person=cast.ben, received_at=now, rainbow=True)
    identity.agreed_on = date(2027, 1, 1)
    store.add(identity)


def _plant(store: Store, cast: SimpleNamespace) -> None:
    """A word of its own in every text, but of the team's names and what is Mere's own."""
    own = {
        Person.__table__: Person.ref.not_in(TEAM),
        Organisation.__table__: Organisation.ref != "lakes",
        Place.__table__: Place.ref != "cromwell",
        Question.__table__: Question.manager_id != cast.mere.id,
    }
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if f"{table.name}.{column.name}" in WRITTEN:
                word = f"ZqqZ{table.name}{column.name}"
                others = own.get(table, True)
                unlike = column.unique or table.name == "word"
                value = word + column.table.c.id.cast(String) if unlike else word
                where = [column.is_not(None)] if others is True else [others, column.is_not(None)]
                store.execute(update(table).where(*where).values({column.name: value}))
    store.execute(update(Person).where(Person.ref.in_(("ben", "eve"))).values(phone="ZqqZphone"))


def test_every_text_of_the_records_is_sorted_here() -> None:
    """A new column with words of people belongs above, or says why it does not."""
    texts = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
    }
    plain = {one for one in texts if one.split(".")[1] in LISTS}
    assert texts - plain - WRITTEN - ELSEWHERE == set()
    assert texts >= WRITTEN


class Asked(ImmutableMultiDict[str, str]):
    """What follows the question mark, with a note of all that was looked for in it."""

    looked_for: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.looked_for.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.looked_for.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, *kept: Any) -> list[str]:
        self.looked_for.add(key)
        return super().getlist(key, *kept)


@pytest.fixture
def understood(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> Callable[[FlaskClient, str], set[str]]:
    """All names that an address understands, those too that it asks for once it has another."""
    noting = type("Noting", (app.request_class,), {"parameter_storage_class": Asked})
    monkeypatch.setattr(app, "request_class", noting)

    def names(browser: FlaskClient, address: str) -> set[str]:
        known: set[str] = set()
        while True:
            Asked.looked_for.clear()
            browser.get(f"{address}?{urlencode(dict.fromkeys(known, '1'))}").close()
            if Asked.looked_for <= known:
                return known
            known |= Asked.looked_for

    return names


def queries(names: set[str]) -> Iterator[str]:
    """Every combination of the names, each left out or with each of the values."""
    given = [[None, *VALUES] for _name in names]
    for values in product(*given):
        yield urlencode([(n, v) for n, v in zip(sorted(names), values, strict=True) if v])


def addresses(app: Flask) -> Iterator[str]:
    """Each address, and every file in every form that there is."""
    for rule in routes(app, "GET"):
        address = url(rule)
        yield address
        if "format_" in rule.arguments:
            yield from (address.removesuffix("csv") + form for form in (*FORMATS, "ics", "html"))


def told(content: bytes) -> set[bytes]:
    """The words that nobody may find; in a spreadsheet or a pack, in each file of it."""
    found = set(SECRET.findall(content))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            found |= set().union(*(told(parts.read(name)) for name in parts.namelist()))
    return found


def told_at(address: str, content: bytes) -> set[bytes]:
    listed = LISTS_TO_PICK_FROM.get(address.partition("?")[0], b"none")
    return {word for word in told(content) if not word.startswith(listed)}


def is_there(browser: FlaskClient, address: str) -> bool:
    answer = browser.get(address)
    answer.close()
    return answer.status_code == 200


def followed(app: Flask, browser: FlaskClient) -> dict[str, set[bytes]]:
    """What is told where, by every address and by every link that follows."""
    found, seen = {}, set()
    ahead = deque(addresses(app))
    while ahead:
        address = ahead.popleft().partition("#")[0]
        if address in seen or address.startswith(("/static", "/sign-out")):
            continue
        seen.add(address)
        answer = browser.get(address)
        if words := told_at(address, answer.data):
            found[address] = words
        ahead.extend(re.findall(r'href="(/[^"]*)"', answer.data.decode(errors="replace")))
        answer.close()
    return found


def test_the_hub_does_read_what_was_planted(app: Flask, theirs, sign_in) -> None:
    """Else the tests below would find nothing because there is nothing."""
    cleo = sign_in(theirs.cleo)
    seen = set().union(*(told(cleo.get(path).data) for path in
                         ("/people/ben", "/groups/circle", "/nominations/ben-knows",
                          "/reports/exceptions.xlsx", "/exceptions/ben-exception")))  # fmt: skip
    assert {
        b"ZqqZpersonname",
        b"ZqqZgroupname",
        b"ZqqZoverridereason",
        b"ZqqZnominationname",
    } <= seen


def test_no_address_and_no_link_tells_a_manager_anything(app: Flask, theirs, sign_in) -> None:
    mere = sign_in(theirs.mere)
    assert "Ben Harris" in mere.get("/team").text
    assert followed(app, mere) == {}


def test_nor_does_any_combination_of_what_an_address_understands(
    app: Flask, theirs, sign_in, understood
) -> None:
    mere = sign_in(theirs.mere)
    for address in addresses(app):
        if is_there(mere, address):
            for query in queries(understood(mere, address)):
                found = mere.get(f"{address}?{query}")
                assert told_at(address, found.data) == set(), (address, query)
                found.close()


def test_no_filter_changes_what_a_manager_takes_out(theirs, sign_in, understood) -> None:
    """So no two files differ by what one person did: their address understands nothing."""
    mere = sign_in(theirs.mere)
    for form in FORMATS:
        address = f"/team/delivery.{form}"
        assert understood(mere, address) == set()
    whole = mere.get("/team/delivery.csv").data
    for name in ("person", "kind", "employer", "region", "from", "until", "page", "all"):
        for value in VALUES:
            assert mere.get(f"/team/delivery.csv?{name}={value}").data == whole


def test_what_a_manager_may_not_see_is_in_no_number(theirs, store, now, sign_in) -> None:
    """Ben is owed 77 sessions of cultural supervision, and Eve six of mentoring."""
    mere = sign_in(theirs.mere)
    page = re.sub(r"<[^>]*>", " ", mere.get("/team").text)
    lines = mere.get("/team/delivery.csv").text.splitlines()
    assert [line for line in lines if "supervision,77" in line or ",6," in line] == []
    assert len(lines) == 2
    assert re.findall(r"\b(?:77|87|83|16)\b", page) == []
    assert re.search(r"\d of 10\b", page)
    theirs.cultural.sessions = 66
    store.add(
        Amendment(
            entitlement_id=theirs.cultural.id,
            from_on=date(2027, 3, 1),
            sessions=55,
            made_at=now,
            made_by_id=theirs.cleo.id,
        )
    )
    store.commit()
    assert mere.get("/team/delivery.csv").text.splitlines() == lines


def test_a_managers_pack_calendar_and_letters_tell_nothing_either(
    app: Flask, theirs, store: Store, now, sign_in
) -> None:
    mere = theirs.mere
    token = feeds.make_feed(store, mere, "Mine", now)
    feeds.set_level(store, mere, FeedLevel.FULL, now)
    pack = packs.make(store, Scope(manager=mere), Keys("test"), str, theirs.cleo, now)
    store.commit()
    assert told(pack.content) == set()
    assert told(app.test_client().get(f"/feeds/{token}.ics").data) == set()
    for days in range(0, 60, 6):
        schedule.run_all(now + timedelta(days=days))
    said = list(store.scalars(select(Message).where(Message.recipient_id == mere.id)))
    assert said
    for message in said:
        letter = letters.as_said(store, message, message.written_at)
        if letter:
            words = [text for p in letter.paragraphs for text in (p.words, *p.things)]
            assert told(" ".join([letter.subject, *words]).encode()) == set()


def test_only_what_the_table_of_access_says_is_open_to_a_manager(app, theirs, sign_in) -> None:
    """What this file walks is all there is: whatever else they ask for is not found."""
    mere = sign_in(theirs.mere)
    opened = {
        rule.endpoint
        for rule in routes(app, "GET")
        if rule.endpoint in GETS and mere.get(url(rule)).status_code != 404
    }
    assert opened == {endpoint for endpoint, who in GETS.items() if "m" in who}
