"""Who somebody is: shared part by part with their own yes, taken back at once, forgotten else."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from supervisor import identity
from supervisor.fits import fits_people
from supervisor.identity import Said, shared_parts
from supervisor.matches import match_views
from supervisor.models import Audit, Identity, Message, Person, Share, Store, Trait, Word
from supervisor.rules.fit_values import Party
from supervisor.rules.kinds import Part, Stance, Vocabulary
from supervisor.workbook import export_workbook

ON = date(2027, 2, 10)
MONTH = timedelta(days=31)
SAYS = Said(
    words={Vocabulary.CULTURE: {"Samoan"}, Vocabulary.LANGUAGE: {"NZSL"},
           Vocabulary.GENDER: {"woman"}},
    rainbow=True, youth_until=date(2029, 1, 1), shared=frozenset(),
)  # fmt: skip


@pytest.fixture
def ben(store: Store, cast: SimpleNamespace) -> Person:
    for kind, name in ((Vocabulary.CULTURE, "Samoan"), (Vocabulary.CULTURE, "Tongan"),
                       (Vocabulary.LANGUAGE, "NZSL"), (Vocabulary.GENDER, "woman")):  # fmt: skip
        store.add(Word(vocabulary=kind, name=name))
    store.flush()
    return cast.ben


def say(store: Store, person: Person, now: datetime, *shared: Part, **changed: Any) -> None:
    said = Said(**(vars(SAYS) | {"shared": set(shared)} | changed))
    identity.say(store, person, said, now)
    store.expire_all()


def party(store: Store, person: Person) -> Party:
    return fits_people.parties(store, ON, "Pacific/Auckland")[person.id]


def test_nothing_is_shared_by_writing_it_down(store: Store, ben, now) -> None:
    say(store, ben, now)
    assert shared_parts(ben) == frozenset()
    assert identity.own_words(ben, Vocabulary.CULTURE) == {"Samoan"}
    seen = party(store, ben)
    assert not seen.shares
    assert (seen.cultures, seen.languages, seen.genders) == ((frozenset(),) * 3)
    assert (seen.rainbow, seen.youth_until) == (False, None)


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        (Part.CULTURE, "cultures", frozenset({"Samoan"})),
        (Part.LANGUAGE, "languages", frozenset({"NZSL"})),
        (Part.GENDER, "genders", frozenset({"woman"})),
        (Part.RAINBOW, "rainbow", True),
        (Part.YOUTH, "youth_until", date(2029, 1, 1)),
    ],
)
def test_matching_knows_the_part_that_is_shared_and_no_other(
    store: Store, ben, now, part: Part, field: str, value: Any
) -> None:
    say(store, ben, now, part)
    seen, unknown = party(store, ben), Party(id=0)
    assert seen.shares
    assert getattr(seen, field) == value
    for other in {"cultures", "languages", "genders", "rainbow", "youth_until"} - {field}:
        assert getattr(seen, other) == getattr(unknown, other)


def test_a_perspective_is_shown_only_when_shared_and_matched_on_always(
    store: Store, cast, ben, now
) -> None:
    say(store, ben, now, Part.CULTURE)
    assert told(cast) == {"Culture": ["Samoan"]}
    assert party(store, ben).perspectives == {"consumer"}
    say(store, ben, now, Part.PERSPECTIVE)
    assert told(cast) == {"Perspective": ["consumer"]}
    assert not party(store, ben).shares


def told(cast: SimpleNamespace) -> dict[str, list[str]]:
    return {one.label: one.words for one in match_views.told_of(cast.match)}


def test_each_part_has_the_day_of_its_own_yes_and_is_taken_back_at_once(store, ben, now) -> None:
    say(store, ben, now, Part.CULTURE)
    say(store, ben, now + MONTH, Part.CULTURE, Part.GENDER)
    assert days(ben) == {"culture": (ON, None), "gender": (date(2027, 3, 13), None)}
    say(store, ben, now + MONTH, Part.GENDER)
    assert shared_parts(ben) == {"gender"}
    assert days(ben)["culture"] == (ON, date(2027, 3, 13))
    say(store, ben, now + 2 * MONTH, Part.CULTURE)
    assert days(ben)["culture"] == (date(2027, 4, 13), None)


def days(person: Person) -> dict[str, tuple[date, date | None]]:
    assert person.identity
    return {one.part: (one.agreed_on, one.withdrawn_on) for one in person.identity.shares}


def test_words_are_changed_from_the_hub_s_lists_and_what_is_needed_stays(
    store: Store, ben, now
) -> None:
    nzsl = store.scalars(select(Word).where(Word.name == "NZSL")).one()
    ben.traits.append(Trait(word=nzsl, stance=Stance.NEEDED))
    say(store, ben, now)
    say(store, ben, now, words={Vocabulary.CULTURE: {"Tongan", "Made up"}})
    assert identity.own_words(ben, Vocabulary.CULTURE) == {"Tongan"}
    assert identity.own_words(ben, Vocabulary.LANGUAGE) == frozenset()
    assert {t.word.name for t in ben.traits} == {"consumer", "NZSL", "Tongan"}
    trail = store.scalars(select(Audit).where(Audit.noun == "identity")).all()
    assert {(row.verb, row.by_id) for row in trail} == {("share", ben.id)}


def test_the_day_that_an_import_brings_is_a_yes_to_all_but_what_was_taken_back_since(
    now,
) -> None:
    brought = Identity(received_at=now)
    brought.agreed_on = date(2027, 1, 1)
    assert {one.part for one in brought.shares} == set(Part)
    gender = next(one for one in brought.shares if one.part == Part.GENDER)
    gender.withdrawn_on = date(2027, 2, 1)
    brought.agreed_on = date(2027, 1, 15)
    assert brought.agreed_on == date(2027, 1, 15)
    assert (gender.agreed_on, gender.withdrawn_on) == (date(2027, 1, 1), date(2027, 2, 1))
    brought.agreed_on = date(2027, 2, 2)
    assert gender.withdrawn_on is None


def test_an_export_holds_what_is_shared(store: Store, ben, now, tmp_path: Path) -> None:
    say(store, ben, now, Part.LANGUAGE, Part.YOUTH)
    store.commit()
    export_workbook(store, tmp_path, now)
    with (tmp_path / "people.csv").open(newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["id"] == "ben")
    held = [row[name] for name in ("languages", "youth_until", "cultures", "gender", "rainbow")]
    assert held == ["NZSL", "2029-01-01", "", "", ""]


def test_owners_are_asked_once_before_anything_is_forgotten(store: Store, cast, ben, now) -> None:
    store.add_all(Identity(person=one, received_at=now) for one in (ben, cast.ana))
    store.add(Identity(person=cast.dan, received_at=now - MONTH))
    say(store, cast.ana, now, Part.CULTURE)
    for _twice in range(2):
        identity.ask_owners(store, now)
    asked = store.scalars(select(Message).where(Message.template == "identity_question")).all()
    assert [message.recipient.ref for message in asked] == ["ben"]


def test_who_leaves_later_is_asked_too_and_who_has_left_is_not(store: Store, cast, now) -> None:
    cast.ben.left_on, cast.ana.left_on, cast.dan.left_on = ON, ON + MONTH, ON - timedelta(days=1)
    leavers = (cast.ben, cast.ana, cast.dan)
    store.add_all(Identity(person=one, received_at=now) for one in leavers)
    identity.ask_owners(store, now)
    asked = store.scalars(select(Message).where(Message.template == "identity_question")).all()
    assert {message.recipient.ref for message in asked} == {"ben", "ana"}


def test_what_nobody_said_yes_to_goes_after_its_days_part_by_part(store: Store, ben, now) -> None:
    say(store, ben, now, Part.CULTURE, Part.RAINBOW)
    identity.forget_unshared(store, now + MONTH - timedelta(days=2))
    store.expire_all()
    assert identity.own_words(ben, Vocabulary.GENDER) == {"woman"}
    identity.forget_unshared(store, now + MONTH)
    store.expire_all()
    assert {t.word.name for t in ben.traits} == {"consumer", "Samoan"}
    assert (ben.identity.rainbow, ben.identity.youth_until) == (True, None)


def test_what_its_owner_writes_later_has_all_its_days_and_saving_alone_adds_none(
    store: Store, ben, now
) -> None:
    early, later = {Vocabulary.CULTURE: {"Samoan"}}, now + 3 * MONTH
    say(store, ben, now, Part.CULTURE, words=early, rainbow=None, youth_until=None)
    for when in (later, later + MONTH - timedelta(days=2)):
        say(store, ben, when, Part.CULTURE, rainbow=None, youth_until=None)
        identity.forget_unshared(store, when + timedelta(hours=1))
        store.expire_all()
        assert identity.own_words(ben, Vocabulary.GENDER) == {"woman"}
    identity.forget_unshared(store, later + MONTH)
    store.expire_all()
    assert {t.word.name for t in ben.traits} == {"consumer", "Samoan"}


def test_what_is_taken_back_stays_for_its_days_too(store: Store, ben, now) -> None:
    say(store, ben, now, Part.CULTURE)
    say(store, ben, now + MONTH)
    identity.forget_unshared(store, now + MONTH)
    store.expire_all()
    assert identity.own_words(ben, Vocabulary.CULTURE) == {"Samoan"}
    identity.forget_unshared(store, now + 3 * MONTH)
    store.expire_all()
    assert identity.own_words(ben, Vocabulary.CULTURE) == frozenset()


def test_who_never_said_yes_is_as_if_nothing_had_come(store: Store, ben, now) -> None:
    say(store, ben, now)
    identity.forget_unshared(store, now + MONTH)
    store.expire_all()
    assert ben.identity is None
    assert store.scalars(select(Share)).all() == []


def test_the_page_ticks_nothing_by_itself_and_saves_what_is_ticked(
    store: Store, ben, sign_in
) -> None:
    store.commit()
    mine = sign_in(ben)
    page = mine.get("/shared").text
    assert 'name="share" value="culture">' in page
    assert "Shared since" not in page
    data = {"culture": ["Samoan"], "rainbow": "yes", "share": ["culture", "everything"]}
    saved = mine.post("/shared", data=data, follow_redirects=True).text
    assert "Only what you ticked is used." in saved
    assert saved.count("Shared since 10 February 2027") == 1
    assert 'name="rainbow" value="yes" checked' in saved
    taken = mine.post("/shared", data={"culture": ["Samoan"]}, follow_redirects=True).text
    assert "Shared since" not in taken
    assert mine.post("/shared", data={"youth_until": "soon"}).status_code == 422
    assert 'href="/shared"' in mine.get("/support").text
