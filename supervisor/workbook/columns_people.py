"""Columns of people that land in several rows: their words, hours, hats, identity, offers."""

from collections.abc import Sequence
from typing import Any

from supervisor.models import (
    Conflict,
    Identity,
    Offering,
    Person,
    PersonHat,
    Trait,
    Window,
    Word,
)
from supervisor.rules.kinds import Hat, Part, Stance, Vocabulary
from supervisor.workbook.book import Book
from supervisor.workbook.cells import REF, Cell, listed, one_of, text
from supervisor.workbook.columns import Column


def traits(
    name: str, vocabulary: Vocabulary, stance: Stance = Stance.OWN, *, private: Part | None = None
) -> Column:
    """Words of one of the hub's lists that are a person's own, needed or preferred."""

    def held(person: Person, book: Book) -> list[Trait]:
        return [
            trait
            for trait in person.traits
            if trait.stance == stance and book.words[trait.word_id][0] == vocabulary
        ]

    def put(person: Person, value: Sequence[str], book: Book) -> None:
        wanted = {book.word_ids[vocabulary, word] for word in value}
        _keep_only(person, held(person, book), wanted, book)
        have = {trait.word_id for trait in held(person, book)}
        for word in value:
            if (id_ := book.word_ids[vocabulary, word]) not in have:
                person.traits.append(Trait(word_id=id_, stance=stance))
        if private:
            _identity(person, book)

    return Column(
        name,
        listed(text(80)),
        get=lambda person, book: tuple(book.words[t.word_id][1] for t in held(person, book)),
        put=put,
        vocabulary=vocabulary,
        private=private,
    )


def _keep_only(person: Person, held: list[Trait], wanted: set[int], book: Book) -> None:
    for trait in held:
        if trait.word_id not in wanted:
            person.traits.remove(trait)
            book.store.delete(trait)


def identity(name: str, cell: Cell, attribute: str, *, private: Part | None) -> Column:
    """What a person shares of who they are; it waits, unused, until they agree."""
    return Column(
        name,
        cell,
        get=lambda person, _book: getattr(person.identity, attribute, None),
        put=lambda person, value, book: setattr(_identity(person, book), attribute, value),
        private=private,
    )


def _identity(person: Person, book: Book) -> Identity:
    if person.identity is None:
        person.identity = Identity(received_at=book.now)
    return person.identity


def windows(name: str, cell: Cell) -> Column:
    """Weekly hours. What stays as it was keeps its way of meeting and its place, which are set on
    a page; the same hours in two ways are said once."""

    def put(person: Person, value: Sequence[tuple[int, int, int]], book: Book) -> None:
        for window in list(person.windows):
            if _span(window) not in value:
                person.windows.remove(window)
                book.store.delete(window)
        there = {_span(window) for window in person.windows}
        for day, start, end in value:
            if (day, start, end) not in there:
                person.windows.append(Window(weekday=day, starts_minute=start, ends_minute=end))

    def get(person: Person, _book: Book) -> Any:
        return tuple(dict.fromkeys(_span(window) for window in person.windows))

    return Column(name, cell, get, put)


def _span(window: Window) -> tuple[int, int, int]:
    return window.weekday, window.starts_minute, window.ends_minute


def hats(name: str) -> Column:
    """What a person may do in the product."""

    def put(person: Person, value: Sequence[str], book: Book) -> None:
        for hat in list(person.hats):
            if hat.hat not in value:
                person.hats.remove(hat)
                book.store.delete(hat)
        have = {hat.hat for hat in person.hats}
        person.hats.extend(PersonHat(hat=hat) for hat in value if hat not in have)

    return Column(
        name,
        listed(one_of(Hat)),
        get=lambda person, _book: tuple(sorted(hat.hat for hat in person.hats)),
        put=put,
    )


def offered_cultures(name: str) -> Column:
    """The cultures for which a cultural supervisor may speak."""

    def put(offering: Offering, value: Sequence[str], book: Book) -> None:
        ids = [book.word_ids[Vocabulary.CULTURE, word] for word in value]
        offering.cultures = [book.store.get_one(Word, id_) for id_ in ids]

    return Column(
        name,
        listed(text(80)),
        get=lambda offering, _book: tuple(word.name for word in offering.cultures),
        put=put,
        vocabulary=Vocabulary.CULTURE,
    )


def offering_person(name: str) -> Column:
    """The person whose offer it is; they become a provider by it."""

    def put(offering: Offering, value: str, book: Book) -> None:
        offering.person_id = book.ids["people"][value]
        book.provider(offering.person_id)

    return Column(
        name,
        REF,
        get=lambda offering, book: book.ref("people", offering.person_id),
        put=put,
        required=True,
        refers=("people",),
    )


def provider_hours(name: str, cell: Cell) -> Column:
    """A person's hours a year over all kinds, repeated on each of their rows."""
    return Column(
        name,
        cell,
        get=lambda offering, book: book.provider(offering.person_id).hours_a_year,
        put=lambda offering, value, book: setattr(
            book.provider(offering.person_id), "hours_a_year", value
        ),
    )


def other_of_conflict(name: str) -> Column:
    """The other person, or an organisation: then everybody with a current job there."""

    def get(conflict: Conflict, book: Book) -> Any:
        return book.ref("people", conflict.other_person_id) or book.ref(
            "organisations", conflict.other_organisation_id
        )

    def put(conflict: Conflict, value: str, book: Book) -> None:
        conflict.other_person_id = book.ids["people"].get(value)
        if conflict.other_person_id is None:
            conflict.other_organisation_id = book.ids["organisations"][value]

    return Column(name, REF, get, put, required=True, refers=("people", "organisations"))
