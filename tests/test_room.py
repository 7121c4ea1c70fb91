"""Capacity: from the records to the page and the report."""

from datetime import date
from types import SimpleNamespace

import pytest

from supervisor import capacity
from supervisor.models import Leave, Match, Offering, Person, Provider, Store, Trait, Word
from supervisor.reports.report_capacity import capacity_table
from supervisor.room import RoomSettings, room
from supervisor.rules.kinds import Kind, MatchState, Vocabulary
from supervisor.settings import save
from tests.test_fits import matched, offering, owed

ON = date(2027, 2, 10)
PEER, CULTURAL, COACHING = Kind.PEER_SUPERVISION, Kind.CULTURAL_SUPERVISION, Kind.COACHING


def cells(store: Store) -> dict[tuple[str | None, ...], tuple[int, int | None]]:
    return {cell.where: (cell.free, cell.nobody) for cell in room(store, ON).cells}


def wait(store: Store, cast: SimpleNamespace, count: int, **changes: object) -> None:
    """So many more people like Dan, whom nobody supports."""
    for n in range(count):
        one = Person(ref=f"w{n}", name=f"W {n}", place=cast.dunedin, modes=[])
        one.traits = [Trait(word=cast.consumer)]
        store.add(one)
        owed(store, one, ref=f"w{n}-2027", **changes)


def others(store: Store, cast: SimpleNamespace, **changes: object) -> None:
    """Five who wait there too and do not say their perspective."""
    for n in range(5):
        one = Person(ref=f"o{n}", name=f"O {n}", place=cast.dunedin, modes=[])
        store.add(one)
        owed(store, one, ref=f"o{n}-2027", **changes)


def test_an_empty_hub_has_no_room(store: Store) -> None:
    found = room(store, ON)
    assert (found.givers, found.ahead, found.cells) == ([], {}, [])
    assert len(found.days) == 7


def test_each_provider_has_their_places_hours_and_months(store: Store, cast) -> None:
    [giver] = room(store, ON).givers
    assert giver.person is cast.ana
    assert (giver.hours_taken, giver.hours, giver.away_until) == (10, 60, None)
    [one] = giver.kinds
    assert (one.load.people, one.load.free, one.ahead) == (1, 3, [3] * 7)


def test_two_of_one_name_are_two_providers(store: Store, cast) -> None:
    other = Person(ref="ana-2", name=cast.ana.name, place=cast.dunedin, modes=[])
    store.add(other)
    store.flush()
    for person in (other, cast.ana):
        offering(store, person, kind=COACHING)
    offering(store, other)
    givers = room(store, ON).givers
    assert [len(giver.kinds) for giver in givers] == [2, 2]
    assert givers[1].hours is None


def test_hours_taken_are_those_that_the_room_for_one_more_counts(store: Store, cast) -> None:
    """Ana has ten hours with Ben and six with Dan from March on; cover takes none."""
    dans = owed(store, cast.dan, ref="dan-2027", sessions=6)
    matched(store, dans, cast.ana, starts_on=date(2027, 3, 1))
    covered = owed(store, cast.rua, ref="rua-2027")
    matched(store, covered, cast.ana, cover=True)
    ended = owed(store, cast.mere, ref="mere-2026", starts_on=date(2026, 1, 1),
                 ends_on=date(2026, 12, 31))  # fmt: skip
    matched(store, ended, cast.ana, starts_on=date(2026, 1, 1))
    assert capacity.minutes_held(store, ON) == {cast.ana.id: 16 * 60}
    provider = store.get_one(Provider, cast.ana.id)
    for hours, room_for in ((26, True), (25, False)):
        provider.hours_a_year = hours
        assert capacity.has_room(store, cast.ana, covered, ON) is room_for


def test_the_same_two_again_are_counted_once(store: Store, cast) -> None:
    cast.match.ends_on, cast.match.state = date(2027, 3, 1), MatchState.ENDED
    matched(store, cast.entitlement, cast.ana, starts_on=date(2027, 3, 1))
    assert capacity.minutes_held(store, ON) == {cast.ana.id: 600}


def test_time_away_vetting_and_ends_are_seen_ahead(store: Store, cast) -> None:
    cast.offering.vetted_until = date(2027, 6, 30)
    cast.match.ends_on = date(2027, 3, 31)
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 4, 20), ends_on=date(2027, 6, 20)))
    [giver] = room(store, ON).givers
    assert giver.kinds[0].ahead == [3, 3, 4, 0, 4, 0, 0]
    ahead = room(store, ON).ahead[PEER]
    assert [point.nobody for point in ahead] == [0, 0, 1, 1, 1, 1, 1]
    assert [point.away for point in ahead] == [0, 0, 0, 1, 0, 0, 0]
    assert [point.unvetted for point in ahead] == [0, 0, 0, 0, 0, 1, 1]


def test_who_has_left_needs_nobody(store: Store, cast) -> None:
    owed(store, cast.dan, ref="dan-2027")
    assert room(store, ON).ahead[PEER][0].nobody == 1
    cast.dan.left_on = date(2027, 2, 9)
    assert room(store, ON).ahead[PEER][0].nobody == 0


def test_a_provider_is_listed_up_to_their_last_day(store: Store, cast) -> None:
    cast.ana.left_on = ON
    assert cast.ana in [giver.person for giver in room(store, ON).givers]
    cast.ana.left_on = date(2027, 2, 9)
    assert cast.ana not in [giver.person for giver in room(store, ON).givers]


def test_free_places_stand_where_their_provider_lives(store: Store, cast) -> None:
    cast.ana.traits += [Trait(word=cast.carer)]
    tongan = Word(vocabulary=Vocabulary.CULTURE, name="Tongan")
    offering(store, cast.ana, kind=CULTURAL, cultures=[tongan])
    offering(store, cast.ana, kind=COACHING, capacity=2)
    assert cells(store) == {
        (PEER, "OTA", "carer", None): (3, None),
        (PEER, "OTA", "consumer", None): (3, None),
        (CULTURAL, "OTA", None, "Tongan"): (4, None),
        (COACHING, "OTA", None, None): (2, None),
    }


def test_few_who_have_nobody_are_hidden_and_many_are_counted(store: Store, cast) -> None:
    others(store, cast)
    wait(store, cast, 4)
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, None)
    owed(store, cast.dan, ref="dan-2027")
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, 5)
    save(store, RoomSettings(least=6))
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, None)


def test_two_periods_of_one_person_are_one_of_those_who_have_nobody(store: Store, cast) -> None:
    others(store, cast)
    wait(store, cast, 4)
    for n in (1, 2):
        owed(store, cast.dan, ref=f"dan-{n}", starts_on=date(2027, n, 1))
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, 5)


def test_what_a_total_would_give_away_is_hidden_too(store: Store, cast) -> None:
    """One is of the other perspective; Today names the six who wait, so it could be worked out."""
    cast.ana.traits += [Trait(word=cast.carer)]
    wait(store, cast, 5)
    store.add(Trait(person_id=cast.rua.id, word=cast.carer))
    owed(store, cast.rua, ref="rua-2027")
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, None)


def test_that_all_who_wait_in_a_region_are_alike_is_not_told(store: Store, cast) -> None:
    cast.ana.traits += [Trait(word=cast.carer)]
    wait(store, cast, 9)
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, None)
    others(store, cast)
    assert cells(store)[PEER, "OTA", "consumer", None] == (3, 9)
    assert cells(store)[PEER, "OTA", "carer", None] == (3, None)


def test_how_many_wait_for_what_asks_nothing_of_them_is_no_secret(store: Store, cast) -> None:
    offering(store, cast.ana, kind=COACHING)
    wait(store, cast, 6, kind=COACHING)
    assert cells(store)[COACHING, "OTA", None, None] == (4, 6)


def test_no_row_is_there_because_of_a_worker(store: Store, cast) -> None:
    """Nobody offers anything in Southland, where six wait: their rows would tell who they are."""
    cast.dunedin.region = "STL"
    cast.ana.place = cast.cromwell
    wait(store, cast, 6)
    assert list(cells(store)) == [(PEER, "OTA", "consumer", None)]


def test_a_culture_that_is_wanted_counts_beside_those_who_offer_it(store: Store, cast) -> None:
    tongan = Word(vocabulary=Vocabulary.CULTURE, name="Tongan")
    offering(store, cast.ana, kind=CULTURAL, cultures=[tongan], capacity=1)
    others(store, cast, kind=CULTURAL)
    wait(store, cast, 5, kind=CULTURAL, culture_wanted=tongan)
    assert cells(store)[CULTURAL, "OTA", None, "Tongan"] == (1, 5)


# the report


def test_the_report_has_a_row_for_each_kind_of_each_provider(store: Store, cast, now) -> None:
    table = capacity_table(store, now)
    [row] = table.rows
    told = dict(zip(table.columns, row, strict=True))
    assert (told["provider"], told["kind"], told["region"]) == ("ana", PEER, "Otago")
    assert (told["capacity"], told["people"], told["free"]) == (4, 1, 3)
    assert (told["hours_a_year"], told["hours_taken"]) == (60, 10)
    assert (told["free_in_1_months"], told["free_in_6_months"]) == (3, 3)
    cast.ana.place = None
    assert (
        dict(zip(table.columns, capacity_table(store, now).rows[0], strict=True))["place"] is None
    )


def test_the_report_is_a_page_and_files(store: Store, cast, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    page = cleo.get("/reports/capacity?columns=all").text
    assert "Ana Rewi" in page
    assert "Free in 6 months" in page
    assert "for the hub alone" in page
    for ending in ("csv", "xlsx", "json"):
        assert cleo.get(f"/reports/capacity.{ending}").status_code == 200
    assert 'href="/reports/capacity"' in cleo.get("/reports").text


# the page


def test_the_page_shows_seats_hours_and_vetting_in_words(store: Store, cast, sign_in) -> None:
    page = sign_in(cast.cleo).get("/capacity").text
    assert 'aria-label="1 of 4 taken"' in page
    assert page.count('class="p-seat"') == 2  # one of them explains the picture
    assert page.count('class="p-next"') == 4
    assert "10 of 60 taken" in page
    assert "31 December 2028" in page
    assert "Now 3 places are free, 0 with nobody." in page
    assert "Hidden: fewer than 5 people" in page
    assert 'href="/recruit"' in page


def test_who_has_too_many_is_marked_by_word_and_shape(store: Store, cast, sign_in) -> None:
    cast.offering.capacity = 0
    store.get_one(Provider, cast.ana.id).hours_a_year = 5
    store.commit()
    cleo = sign_in(cast.cleo)
    page = cleo.get("/capacity").text
    assert "1 of 0 taken" in page
    assert page.count("Over capacity") == 2
    assert page.count('class="p-owed"') == 2
    assert 'href="/capacity"' in cleo.get("/today").text


def test_a_crowd_of_seats_is_said_in_words_alone(store: Store, cast, sign_in) -> None:
    cast.offering.capacity = 15
    store.commit()
    page = sign_in(cast.cleo).get("/capacity").text
    assert "1 of 15 taken" in page
    assert 'aria-label="1 of 15 taken"' not in page


@pytest.mark.parametrize(
    ("until", "words"),
    [(None, "not vetted"), (date(2027, 2, 9), "9 February 2027, over")],
)
def test_who_is_not_vetted_is_said_so(store: Store, cast, sign_in, until, words) -> None:
    cast.offering.vetted_until = until
    store.add(Leave(person_id=cast.ana.id, starts_on=ON, ends_on=date(2027, 2, 20)))
    store.get_one(Provider, cast.ana.id).hours_a_year = None
    store.commit()
    page = sign_in(cast.cleo).get("/capacity").text
    assert words in page
    assert "10 taken, no limit" in page
    assert "until 20 February 2027" in page


def test_changes_ahead_are_said_beside_the_numbers(store: Store, cast, sign_in) -> None:
    cast.match.ends_on = date(2027, 2, 20)
    cast.offering.vetted_until = date(2027, 5, 31)
    owed(store, cast.dan, ref="dan-2027", starts_on=date(2027, 3, 15))
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 4, 1), ends_on=date(2027, 7, 1)))
    store.commit()
    page = sign_in(cast.cleo).get("/capacity").text
    for words in ("1 match ends before.", "1 starts with nobody.", "1 away for long.",
                  "1 no longer vetted."):  # fmt: skip
        assert words in page


def test_an_empty_hub_says_what_to_do(store: Store, cast, sign_in) -> None:
    for record in (Match, Offering, Provider):
        for one in store.query(record):
            store.delete(one)
        store.flush()
    store.commit()
    assert "Bring in your providers" in sign_in(cast.cleo).get("/capacity").text


def test_long_tables_are_read_a_page_at_a_time(store: Store, cast, sign_in) -> None:
    cast.ana.traits += [Trait(word=cast.carer)]
    offering(store, cast.dan, kind=COACHING)
    save(store, RoomSettings(rows=1))
    store.commit()
    cleo = sign_in(cast.cleo)
    first, second = (cleo.get(f"/capacity?page={n}").text for n in (1, 2))
    assert ("Ana Rewi" in first, "Dan Foley" in first) == (True, False)
    assert ("Ana Rewi" in second, "Dan Foley" in second) == (False, True)
    assert "Show all 3" in first
    whole = cleo.get("/capacity?all=where").text
    assert whole.count("Hidden: fewer than 5 people") == 3
    assert "Show all" not in whole


@pytest.mark.parametrize("path", ["/reports", "/providers", "/today"])
def test_the_hub_comes_to_both_pages_from_where_it_needs_them(
    store: Store, cast, sign_in, path: str
) -> None:
    cast.offering.capacity = 0
    owed(store, cast.dan, ref="dan-2027")
    store.commit()
    page = sign_in(cast.cleo).get(path).text
    assert 'href="/capacity"' in page
    assert 'href="/recruit"' in page
