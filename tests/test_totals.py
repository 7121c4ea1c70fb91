"""A funder sees totals: no names, and no number that fewer than five people make."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from supervisor.models import Entitlement, Person, PersonHat, Store
from supervisor.reports.totals import totals
from supervisor.room import RoomSettings
from supervisor.rules.kinds import Hat, Kind
from supervisor.settings import save
from tests.everybody import settle

ON = date(2027, 2, 10)
HIDDEN = "Hidden: fewer than 5 people"


def owe(store: Store, kind: Kind, people: int, sessions: int = 6) -> None:
    for number in range(people):
        store.add(
            Entitlement(
                person=Person(ref=f"{kind}-{number}", name=f"Somebody {number}"), kind=kind,
                sessions=sessions, minutes=60, starts_on=date(2027, 1, 1),
                ends_on=date(2027, 12, 31),
            )
        )  # fmt: skip
    store.commit()


def contracted(store: Store, now) -> dict[str, int | None]:
    return {row.kind: row.contracted for row in totals(store, ON, now).rows}


def test_a_number_that_few_people_make_is_hidden(store: Store, now) -> None:
    owe(store, Kind.PEER_SUPERVISION, 7, sessions=10)
    owe(store, Kind.MENTORING, 5)
    owe(store, Kind.COACHING, 4, sessions=100)
    assert contracted(store, now) == {
        Kind.PEER_SUPERVISION: 70,
        Kind.CULTURAL_SUPERVISION: None,
        Kind.MENTORING: 30,
        Kind.COACHING: None,
    }


def test_one_alone_that_is_hidden_hides_the_next(store: Store, now) -> None:
    owe(store, Kind.PEER_SUPERVISION, 7)
    owe(store, Kind.CULTURAL_SUPERVISION, 6)
    owe(store, Kind.MENTORING, 5)
    owe(store, Kind.COACHING, 4)
    assert [kind for kind, number in contracted(store, now).items() if number is None] == [
        Kind.MENTORING,
        Kind.COACHING,
    ]


def test_somebody_with_two_periods_of_a_kind_is_one_person(store: Store, now) -> None:
    owe(store, Kind.MENTORING, 4)
    twice = store.query(Entitlement).first()
    store.add(
        Entitlement(
            person=twice.person, kind=Kind.MENTORING, sessions=3, minutes=60,
            starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30),
        )
    )  # fmt: skip
    store.commit()
    assert contracted(store, now)[Kind.MENTORING] is None


def test_what_few_have_had_is_hidden_where_many_are_owed_it(store: Store, now) -> None:
    owe(store, Kind.PEER_SUPERVISION, 7)
    owe(store, Kind.MENTORING, 7)
    row = totals(store, ON, now).rows[0]
    assert (row.contracted, row.held, row.delivered) == (42, None, None)


def test_the_hub_says_how_few_are_too_few(store: Store, now) -> None:
    save(store, RoomSettings(least=3))
    owe(store, Kind.PEER_SUPERVISION, 4)
    owe(store, Kind.MENTORING, 3)
    assert contracted(store, now)[Kind.MENTORING] == 18


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


def test_a_funder_signs_in_to_totals_and_nothing_else(store, theirs, sign_in) -> None:
    owe(store, Kind.PEER_SUPERVISION, 6)
    funder = sign_in(theirs.tui)
    page = funder.get("/", follow_redirects=True).text
    assert "<h1>Totals</h1>" in page
    assert HIDDEN in page
    for person in store.query(Person).where(Person.id != theirs.tui.id):
        assert person.name not in page
    main = page[page.index("<main") : page.index("</main")]
    assert re.findall(r'<a [^>]*href="([^"]+)"', main) == []
    for path in ("/today", "/reports", "/reports/delivery", "/team", "/people", "/support"):
        assert funder.get(path).status_code == 404


def test_nobody_but_the_funder_and_the_hub_sees_totals(store, theirs, sign_in) -> None:
    assert sign_in(theirs.cleo).get("/totals").status_code == 200
    for name in ("ben", "ana", "mere", "dan"):
        assert sign_in(getattr(theirs, name)).get("/totals").status_code == 404
    store.query(PersonHat).where(PersonHat.hat == Hat.FUNDER).delete()
    store.commit()
    assert sign_in(theirs.tui).get("/totals").status_code == 404
