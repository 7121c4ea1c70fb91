"""A funder sees the totals of a month: no names, and no number that fewer than five people make."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select

from supervisor import schedule
from supervisor.extensions import db
from supervisor.models import Debrief, Entitlement, Person, PersonHat, Place, Publication, Store
from supervisor.reports import totals, totals_count
from supervisor.reports.totals_file import totals_table
from supervisor.room import RoomSettings
from supervisor.rules.attack import Shown
from supervisor.rules.kinds import Hat, Kind
from supervisor.settings import save
from tests.everybody import settle
from tests.readers_of_totals import spans

JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)
PEER, MENTORING, COACHING = Kind.PEER_SUPERVISION, Kind.MENTORING, Kind.COACHING


def owe(
    store: Store, kind: Kind, people: int, sessions: int = 6, place: Place | None = None
) -> list[Person]:
    there = len(store.scalars(select(Person.id)).all())
    some = [Person(ref=f"p-{n}", name=f"Somebody {n}", place=place)
            for n in range(there, there + people)]  # fmt: skip
    for person in some:
        store.add(
            Entitlement(
                person=person, kind=kind, sessions=sessions, minutes=60,
                starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
            )
        )  # fmt: skip
    store.commit()
    return some


def place(store: Store, name: str) -> Place:
    store.add(made := Place(ref=name.lower(), name=name))
    store.flush()
    return made


def publish(store: Store, now: datetime) -> None:
    store.commit()
    assert schedule.run_one("publish the totals of a month", now)


def month(store: Store, last: date) -> totals.Totals:
    """Its numbers, kept on the day after it."""
    after = last + timedelta(days=1)
    publish(store, datetime(after.year, after.month, after.day, 12, tzinfo=UTC))
    found = totals.of_month(store, last)
    assert found
    return found


def contracted(found: totals.Totals) -> dict[str, int | None]:
    return {row.kind: row.contracted for row in found.rows}


def tables(store: Store) -> list[Shown]:
    kept = store.scalars(select(Publication.shown).order_by(Publication.until_on))
    return [Shown(one["least"], one["rows"], one["totals"]) for one in kept]


def test_a_number_that_few_people_make_is_hidden(store: Store) -> None:
    owe(store, PEER, 10, sessions=10)
    owe(store, MENTORING, 5)
    owe(store, COACHING, 4, sessions=100)
    assert contracted(month(store, JANUARY)) == {
        PEER: 100, Kind.CULTURAL_SUPERVISION: None, MENTORING: 30, COACHING: None,
    }  # fmt: skip


def test_sessions_are_counted_for_as_many_people_as_are_shown(store: Store) -> None:
    """Neither the number nor its change tells how many there are exactly."""
    owe(store, PEER, 7, sessions=10)
    first = month(store, JANUARY)
    assert (first.rows[0].people, first.rows[0].contracted) == (5, 50)
    owe(store, PEER, 2, sessions=10)
    assert month(store, FEBRUARY).rows == first.rows


def test_somebody_with_two_periods_of_a_kind_is_one_person(store: Store) -> None:
    twice = owe(store, MENTORING, 4)[0]
    store.add(
        Entitlement(
            person=twice, kind=MENTORING, sessions=3, minutes=60, starts_on=date(2027, 1, 1),
            ends_on=date(2027, 6, 30),
        )
    )  # fmt: skip
    store.commit()
    assert contracted(month(store, JANUARY))[MENTORING] is None


def test_what_few_have_had_is_hidden_where_many_are_owed_it(store: Store) -> None:
    owe(store, PEER, 10)
    row = month(store, JANUARY).rows[0]
    assert (row.contracted, row.held, row.delivered) == (60, None, None)


def test_the_hub_says_how_few_are_too_few(store: Store) -> None:
    save(store, RoomSettings(least=3))
    owe(store, MENTORING, 3)
    assert contracted(month(store, JANUARY))[MENTORING] == 18


def test_forty_in_all_and_three_in_oamaru_tell_nobody_of_oamaru_in_any_month(store: Store) -> None:
    towns = [place(store, name) for name in ("Dunedin", "Invercargill", "Cromwell", "Oamaru")]
    for town, people in zip(towns, (20, 12, 5, 3), strict=True):
        owe(store, PEER, people, place=town)
    first = month(store, JANUARY)
    assert [(row.place, row.people[0]) for row in first.places] == [
        ("Cromwell", 5), ("Dunedin", 20), ("Invercargill", 10), (None, None),
    ]  # fmt: skip
    assert first.anybody == 40
    owe(store, PEER, 1, place=towns[3])
    owe(store, PEER, 5, place=towns[2])
    second = month(store, FEBRUARY)
    assert second.anybody == 45
    found = spans(tables(store))
    assert {at for at, _place, _kind in found} == {0, 1}
    assert set(found.values()) == {(0, 4)}


def test_nothing_that_is_shown_of_a_month_changes_later(store: Store) -> None:
    owe(store, PEER, 12)
    first = month(store, JANUARY)
    owe(store, PEER, 30)
    publish(store, datetime(2027, 2, 20, tzinfo=UTC))
    assert totals.of_month(store, JANUARY) == first
    assert totals.months(store) == [JANUARY]


def test_while_a_month_is_counted_others_write(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads everybody, and nobody waits for the database meanwhile."""
    owe(store, PEER, 5)
    count, others = totals_count.count, []

    def and_meanwhile(*given):
        found = count(*given)
        with db.engine.connect() as other:
            if other.dialect.name == "sqlite":
                other.exec_driver_sql("pragma busy_timeout = 0")
            other.execute(insert(Place).values(ref="oamaru", name="Oamaru"))
            other.commit()
            other.invalidate()
        others.append("Oamaru")
        return found

    monkeypatch.setattr(totals_count, "count", and_meanwhile)
    assert month(store, JANUARY).anybody == 5
    assert others == ["Oamaru"]


def test_a_month_is_counted_a_part_after_the_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(store, PEER, 12)
    owe(store, MENTORING, 6)
    monkeypatch.setattr(totals_count, "AT_ONCE", 5)
    found = month(store, JANUARY)
    assert (found.anybody, contracted(found)[PEER], contracted(found)[MENTORING]) == (15, 60, 30)


def test_the_same_month_a_year_before_stands_beside_it(store: Store, theirs, sign_in) -> None:
    owe(store, PEER, 12)
    month(store, date(2027, 2, 28))
    assert totals.of_year_before(store, date(2027, 2, 28)) is None
    leap = month(store, date(2028, 2, 29))
    assert totals.of_year_before(store, date(2028, 2, 29)) == totals.of_month(store, FEBRUARY)
    assert leap.last == date(2028, 2, 29)
    funder = sign_in(theirs.tui)
    assert "no record yet" in funder.get("/totals?month=2027-02-28").text
    assert "Delivered by the same day a year before" in funder.get("/totals?month=2028-02-29").text


def test_a_place_that_grows_has_no_row_before_the_next_year(store: Store) -> None:
    dunedin, oamaru = place(store, "Dunedin"), place(store, "Oamaru")
    owe(store, PEER, 12, place=dunedin)
    owe(store, PEER, 4, place=oamaru)
    assert [row.place for row in month(store, JANUARY).places] == ["Dunedin", None]
    owe(store, PEER, 6, place=oamaru)
    later = month(store, FEBRUARY)
    assert [(row.place, row.people[0]) for row in later.places] == [("Dunedin", 10), (None, 10)]


def test_who_asked_to_talk_is_counted_in_steps_and_never_fewer_later(store: Store) -> None:
    """Not when one more asks, and not when it is forgotten who asked."""
    people = owe(store, PEER, 7)
    asked = datetime(2027, 1, 5, tzinfo=UTC)
    for number, person in enumerate(people):
        if number == 4:
            assert month(store, JANUARY).talks is None
            asked = datetime(2027, 2, 5, tzinfo=UTC)
        store.add(Debrief(person=person, whom="another", way="phone", asked_at=asked))
    assert month(store, FEBRUARY).talks == 5
    for debrief in store.scalars(select(Debrief)):
        debrief.person_id = None
    assert month(store, date(2027, 3, 31)).talks == 5
    assert month(store, date(2028, 1, 31)).talks is None


def test_the_file_holds_the_numbers_of_the_page_and_what_they_mean(store: Store) -> None:
    dunedin = place(store, "Dunedin")
    owe(store, PEER, 12, sessions=10, place=dunedin)
    owe(store, COACHING, 3)
    table = totals_table(store, month(store, JANUARY))
    assert table.as_at.isoformat() == "2027-02-01T00:00:00+13:00"
    assert table.rows[:2] == [
        ("In all", "any", 10, None, None, None), ("In all", PEER, 10, 100, None, None),
    ]  # fmt: skip
    there = {row[:2]: row[2] for row in table.rows}
    assert there["Dunedin", "any"] == there["Dunedin", PEER] == 10
    assert there["In all", COACHING] is there["All other places", COACHING] is None
    assert "multiple of 5" in str(table.notes[-1])


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


def test_before_anything_was_counted_the_page_says_so(theirs, sign_in) -> None:
    assert "There are no totals yet." in sign_in(theirs.tui).get("/totals").text


def test_a_funder_signs_in_to_totals_and_nothing_else(store, theirs, now, sign_in) -> None:
    owe(store, PEER, 6)
    month(store, date(2026, 12, 31))
    month(store, JANUARY)
    funder = sign_in(theirs.tui)
    page = funder.get("/", follow_redirects=True).text
    assert "<h1>Totals</h1>" in page
    assert "Counted up to 31 January 2027" in page
    for person in store.query(Person).where(Person.id != theirs.tui.id):
        assert person.name not in page
    main = page[page.index("<main") : page.index("</main")]
    assert re.findall(r'<a [^>]*href="([^"]+)"', main) == [
        "/totals/month.xlsx?month=2027-01-31",
        "/totals/month.csv?month=2027-01-31",
        "/totals?month=2026-12-31",
    ]
    assert "Counted up to 31 December 2026" in funder.get("/totals?month=2026-12-31").text
    for asked in ("2026-11-30", "2026-12-30", "soon", "9999-12-31"):
        for address in ("/totals", "/totals/month.csv"):
            answer = funder.get(f"{address}?month={asked}")
            assert answer.status_code == 400
            assert f"there is no “{asked}” to pick" in answer.text
    for path in ("/today", "/reports", "/reports/delivery", "/team", "/people", "/support"):
        assert funder.get(path).status_code == 404


def test_nobody_but_the_funder_and_the_hub_sees_totals(store, theirs, sign_in) -> None:
    assert sign_in(theirs.cleo).get("/totals").status_code == 200
    for name in ("ben", "ana", "mere", "dan"):
        assert sign_in(getattr(theirs, name)).get("/totals").status_code == 404
    store.query(PersonHat).where(PersonHat.hat == Hat.FUNDER).delete()
    store.commit()
    assert sign_in(theirs.tui).get("/totals").status_code == 404
