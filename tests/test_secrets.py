"""What a worker reads never gives away a conflict, another worker, or what is a provider's own.

Everything that may not be read bears a word that stands nowhere else. Each worker of the cast reads
every page that links lead to and every letter, while offers are made, chosen and refused.
"""

import re
from collections import deque
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import conflicts, letters, searching
from supervisor.fits import fits
from supervisor.matches import follow_ups, matches
from supervisor.models import (
    Entitlement,
    Identity,
    Job,
    Match,
    Message,
    Offering,
    Organisation,
    Person,
    Provider,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.rules.kinds import Kind, MatchState, Mode, Reader, Role, Stance, Vocabulary
from tests.everybody import routes, settle, url

PRIVATE = {
    Vocabulary.CULTURE: "Qculture",
    Vocabulary.GENDER: "Qgender",
    Vocabulary.LANGUAGE: "Qlanguage",
    Vocabulary.PERSPECTIVE: "Qperspective",
    Vocabulary.FOCUS: "Qfocus",
    Vocabulary.PRACTICE_MODEL: "Qpractice",
}
"""Words of the providers alone, shared and not."""
COMMON = {Vocabulary.CULTURE: "Xculture", Vocabulary.GENDER: "Xgender"}
"""What both share, and is used, and is named to nobody."""
OTHERS = ["Wquill", "Wreed", "Vemployer", "Vhouse", "Cforbidden", "Cnever"]
"""Other workers, organisations that providers work at, and whom a conflict names."""
TOLD = re.compile(
    "|".join((*PRIVATE.values(), *COMMON.values(), *OTHERS, "[Rr]ainbow", "[Yy]outh"))
)
OWN = {"identity.mine", "conflicts.mine"}
"""One's own pages, where one reads one's own words, and those of the hub's lists."""


@pytest.fixture
def hub(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """Dan chooses among three; Gus and Hal are other workers; Ivy must not meet Dan."""
    settle(store, cast, now)
    cast.words = {
        word: Word(vocabulary=kind, name=word)
        for words in (PRIVATE, COMMON)
        for kind, word in words.items()
    }
    store.add_all(cast.words.values())
    cast.gus, cast.hal = (
        _worker(store, cast, *who) for who in (("gus", "Wquill"), ("hal", "Wreed"))
    )
    cast.providers = [_provider(store, cast, *who) for who in
                      (("pia", "Vemployer"), ("paul", "Vhouse"), ("pete", "Vhouse"))]  # fmt: skip
    cast.ivy = _provider(store, cast, "Cforbidden", "Vemployer")
    for person in (cast.dan, cast.gus, *cast.providers, cast.ivy):
        _shares(store, cast, person)
    cast.dan.traits.append(Trait(word=cast.words["Xgender"], stance=Stance.PREFERRED))
    cast.dan.years_experience = cast.gus.years_experience = 2
    cast.dans = _owed(store, cast.dan)
    cast.guss, cast.hals = _owed(store, cast.gus), _owed(store, cast.hal)
    store.commit()
    conflicts.declare(store, cast.ivy, cast.dan.name, cast.ivy, now)
    conflicts.declare(store, cast.gus, "Cnever Known", cast.gus, now)
    store.commit()
    return cast


def _worker(store: Store, cast: SimpleNamespace, ref: str, surname: str) -> Person:
    person = Person(ref=ref, name=f"{ref.title()} {surname}", email=f"{ref}@example.org")
    person.place, person.modes = cast.dunedin, [Mode.VIDEO]
    person.traits = [Trait(word=cast.consumer)]
    person.windows = [Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)]
    store.add(person)
    store.flush()
    return person


def _provider(store: Store, cast: SimpleNamespace, ref: str, employer: str) -> Person:
    person = _worker(store, cast, ref, "Tan")
    person.name = ref if ref.startswith("C") else f"{ref.title()} Tan"
    person.years_experience = 9
    person.traits += [Trait(word=cast.words[word]) for word in PRIVATE.values()]
    place = Organisation(ref=f"at-{ref}", name=employer, kind="employer")
    store.add_all([place, Provider(person=person)])
    store.add(Job(person=person, organisation=place, role=Role.EDUCATOR))
    store.flush()
    store.add(
        Offering(
            person_id=person.id, kind=Kind.PEER_SUPERVISION, capacity=1,
            vetted_until=date(2028, 12, 31),
        )
    )  # fmt: skip
    return person


def _shares(store: Store, cast: SimpleNamespace, person: Person) -> None:
    """A culture and a gender, that they are young and of the rainbow, for matching alone."""
    person.traits += [Trait(word=cast.words[word]) for word in COMMON.values()]
    identity = Identity(
        person=person, received_at=datetime.fromisoformat("2027-01-01T00:00+00:00"),
        youth_until=date(2030, 1, 1), rainbow=True,
    )  # fmt: skip
    identity.agreed_on = date(2027, 1, 1)
    store.add(identity)


def _owed(store: Store, person: Person) -> Entitlement:
    owed = Entitlement(
        ref=f"{person.ref}-peer", person=person, kind=Kind.PEER_SUPERVISION, sessions=10,
        minutes=60, mandatory=True, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add(owed)
    store.flush()
    return owed


def may_read(hub: SimpleNamespace, reader: Person) -> set[str]:
    """Their own name; and the one whom Dan must not meet is nobody special to the others."""
    return set(TOLD.findall(reader.name)) | (set() if reader is hub.dan else {hub.ivy.name})


def given_away(app: Flask, store: Store, hub: Any, sign_in: Any) -> dict[str, set[str]]:
    """What the workers read of it, by where."""
    found: dict[str, set[str]] = {}
    for reader in (hub.ben, hub.dan, hub.gus, hub.hal):
        texts = _pages(app, sign_in(reader)) | _letters(store, reader)
        for where, text in texts.items():
            if told := set(TOLD.findall(text)) - may_read(hub, reader):
                found[f"{reader.ref} {where}"] = told
    return found


def _pages(app: Flask, browser: FlaskClient) -> dict[str, str]:
    """Every page that a link leads to, and every address that there is."""
    seen: dict[str, str] = {}
    ahead = deque(["/", *(url(rule) for rule in routes(app, "GET"))])
    while ahead:
        address = ahead.popleft().partition("#")[0]
        if address in seen or address.startswith(("/static", "/sign-out")):
            continue
        answer = browser.get(address)
        seen[address] = "" if _endpoint(app, address) in OWN else answer.text
        if answer.location:
            ahead.append(answer.location)
        ahead.extend(re.findall(r'href="(/[^"]*)"', answer.text))
        answer.close()
    return seen


def _endpoint(app: Flask, address: str) -> str:
    adapter = app.url_map.bind("localhost")
    return str(adapter.match(address.partition("?")[0], method="GET", return_rule=False)[0])


def _letters(store: Store, reader: Person) -> dict[str, str]:
    told = {}
    for message in store.scalars(select(Message).filter_by(recipient_id=reader.id)):
        letter = letters.as_said(store, message, message.written_at)
        if letter:
            words = [t for p in letter.paragraphs for t in (p.words, *p.things)]
            told[f"letter {message.id} {message.template}"] = " ".join([letter.subject, *words])
    return told


def offered(store: Store, owed: Entitlement) -> list[Match]:
    query = select(Match).filter_by(entitlement_id=owed.id, state=MatchState.OFFERED)
    return list(store.scalars(query.order_by(Match.suggested)))


def proposed(store: Store, hub: Any, now: datetime) -> None:
    kind = Kind.PEER_SUPERVISION
    pia, paul, pete = (one.ref for one in hub.providers)
    rows = [matches.Row(e.ref, e.person.ref, kind, who, 900) for e, who in
            ((hub.dans, pia), (hub.guss, paul), (hub.hals, pete))]  # fmt: skip
    matches.propose(store, rows, now, hub.cleo)
    for owed in (hub.dans, hub.guss):
        for provider in hub.providers:
            matches.offer(store, owed, provider, now, hub.cleo)
    store.commit()


def test_what_a_worker_can_choose_from_gives_nothing_away(app, store, hub, now, sign_in) -> None:
    proposed(store, hub, now)
    page = sign_in(hub.dan).get(f"/entitlements/{hub.dans.link}/choices").text
    assert "Pia Tan" in page
    assert "A culture in common" in page
    assert "Something you both asked for" in page
    assert given_away(app, store, hub, sign_in) == {}


def test_nor_does_what_follows_a_choice_a_no_and_a_conflict(app, store, hub, now, sign_in) -> None:
    proposed(store, hub, now)
    dans, guss = offered(store, hub.dans), offered(store, hub.guss)
    matches.choose(store, dans[0], hub.dan, now)
    matches.choose(store, guss[0], hub.gus, now)
    store.commit()
    while searching.for_matches(now):
        pass
    matches.decline(store, dans[0], dans[0].provider, now)
    conflicts.declare(store, hub.providers[2], hub.gus.name, hub.providers[2], now)
    matches.accept(store, guss[0], guss[0].provider, now)
    matches.none_of_these(store, hub.hals, "Nobody of those", hub.hal, now)
    follow_ups.wanted(store, now)
    store.commit()
    while searching.for_matches(now):
        pass
    matches.lapse(store, now + timedelta(days=30))
    store.commit()
    assert given_away(app, store, hub, sign_in) == {}


def test_nor_does_why_or_why_not(store, hub) -> None:
    """Of everybody, also of those whom they may not meet; in the worker's words."""
    on = date(2027, 2, 10)
    for owed in (hub.dans, hub.guss, hub.hals):
        for provider in (*hub.providers, hub.ivy, hub.ana):
            verdict = fits.explain(store, owed, provider, on, Reader.WORKER)
            said = " ".join(map(str, (*verdict.reasons, *verdict.obstacles)))
            assert TOLD.findall(said) == []


def test_a_conflict_reads_as_any_other_no(store, hub) -> None:
    on = date(2027, 2, 10)
    apart = fits.explain(store, hub.dans, hub.ivy, on, Reader.WORKER)
    hub.providers[0].clinical = True
    store.flush()
    clinical = fits.explain(store, hub.dans, hub.providers[0], on, Reader.WORKER)
    assert apart.obstacles == clinical.obstacles
    assert [str(words) for words in apart.obstacles] == ["Not available"]
