"""All pairs at once agree with the text of the rules asked one pair at a time.

Hubs are drawn from a seed: quick enough for hundreds, and the seed brings a failure back.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules import fit, fit_kept, fit_reasons
from supervisor.rules.fit_columns import MATTERS, Day, Table
from supervisor.rules.fit_terms import TERMS
from supervisor.rules.fit_times import free_together
from supervisor.rules.fit_values import Need, Offer, Party, Provider, Trip
from supervisor.rules.kinds import MATCHED_KINDS, Mode, Reader
from tests import fit_oracle

ON = date(2027, 4, 4)  # New Zealand's clocks went back in the night
POINTS = [(-45.04, 169.2), (-45.03, 168.66), (-45.87, 170.5), (-43.95, -176.55), (-43.9, 179.9)]
ZONES = ["Pacific/Auckland", "Pacific/Chatham", "Australia/Sydney", "UTC", "America/Lima"]
EVERY_DAY = tuple((day, 0, 1440) for day in range(7))
IDS = range(1, 6)


class Draw(Random):
    """Values for one hub; `often` mostly lets a pair pass, so that the rules after it are asked."""

    def often(self, usual: Any, other: Any) -> Any:
        return usual if self.random() < 0.9 else other

    def some(self, *words: Any) -> frozenset[Any]:
        return frozenset(word for word in words if self.random() < 0.5)

    def near(self, days: int) -> date | None:
        return self.choice([None, *[ON + timedelta(days=n) for n in range(-days, days + 1)]])

    def few(self, ids: range) -> frozenset[int]:
        return self.often(frozenset(), frozenset({self.choice(ids)}))


def a_window(draw: Draw) -> tuple[int, int, int]:
    start, end = sorted(draw.sample(range(97), 2))
    return draw.randrange(7), start * 15, end * 15


def a_week(draw: Draw) -> tuple[tuple[int, int, int], ...]:
    windows = tuple(a_window(draw) for _ in range(draw.randrange(12)))
    return draw.choice([windows, windows, windows, EVERY_DAY])


def a_party(draw: Draw, id_: int) -> Party:
    return Party(
        id=id_,
        ref=str(id_),
        point=draw.choice([None, *POINTS]),
        region=draw.choice([None, "OTA", "STL"]),
        land=draw.choice([None, "South", "Chatham"]),
        clinical=draw.often(False, True),
        shares=draw.often(True, False),
        perspectives=draw.often(frozenset({"consumer"}), draw.some("consumer", "carer")),
        cultures=draw.some("Samoan", "Tongan"),
        languages=draw.some("English", "Samoan", "NZSL"),
        needed_languages=draw.often(frozenset(), draw.some("Samoan", "NZSL")),
        genders=draw.some("woman", "man"),
        preferred_genders=draw.some("woman", "man"),
        youth_until=draw.near(1),
        rainbow=draw.often(True, False),
        focus=draw.some("addiction", "mental_health"),
        practice=draw.some("strengths", "narrative"),
        modes=draw.often(draw.some(*Mode), frozenset({Mode.IN_PERSON})),
        travel_km=draw.choice([None, 0, 42, 43, 120, 900]),
        years=draw.choice([None, *range(12)]),
        windows=a_week(draw),
        zone=draw.choice(ZONES),
        matters_most=frozenset(draw.sample(MATTERS, 3)),
        choices={draw.choice(IDS): draw.randint(1, 5) for _ in range(2)},
        organisations=frozenset({draw.choice(IDS)}),
        joins=draw.often(frozenset(), frozenset({draw.choice(IDS)})),
        above=draw.few(IDS),
        sole_peer=draw.often(False, True),
        began_on=draw.near(92),
        against=draw.few(IDS),
        against_organisations=draw.few(range(1, 4)),
        supervised_by=draw.few(IDS),
    )


def an_offer(draw: Draw) -> Offer:
    return Offer(
        capacity=draw.often(3, draw.randrange(3)),
        vetted_until=draw.often(ON, draw.near(1)),
        regions=draw.often(frozenset(), draw.some("OTA", "STL")),
        cultures=draw.some("Samoan", "Tongan"),
    )


def a_provider(draw: Draw, party: Party) -> Provider:
    starts = [draw.near(1) or ON for _ in range(2)]
    leave = tuple((day, day + timedelta(days=draw.randint(1, 45))) for day in starts)
    return Provider(
        party=party,
        offers={kind: an_offer(draw) for kind in MATCHED_KINDS if draw.often(True, False)},
        minutes_a_year=draw.choice([None, 600, 1200]),
        leave=draw.often((), leave),
        left_on=draw.often(None, draw.near(1)),
        trips=tuple(a_trip(draw) for _ in range(draw.choice([0, 0, 1, 2]))),
    )


def a_trip(draw: Draw) -> Trip:
    return Trip(
        "somewhere", draw.choice([None, *POINTS]), draw.choice([None, "South", "Chatham"]),
        *a_window(draw), draw.near(1),
    )  # fmt: skip


def a_need(draw: Draw, id_: int, worker: Party) -> Need:
    return Need(
        worker=worker,
        kind=draw.choice(MATCHED_KINDS),
        id=id_,
        ref=str(id_),
        minutes=draw.choice([15, 60, 90]),
        effort=draw.choice([300, 600]),
        culture_wanted=draw.choice([None, "Samoan", "Tongan"]),
        mandatory=draw.often(True, False),
        waiting_since=draw.near(182),
        current=draw.choice([None, *IDS]),
    )


def a_hub(seed: int) -> Table:
    """Up to six needs and four providers; people may be on both sides."""
    draw = Draw(seed)
    people = [a_party(draw, id_) for id_ in IDS]
    workers = draw.choices(people[:3], k=draw.randint(0, 6))
    serve = draw.sample(people[1:], draw.randint(0, 4))
    needs = [a_need(draw, n, worker) for n, worker in enumerate(workers)]
    return Table(needs, [a_provider(draw, party) for party in serve], Day(ON))


HUBS = settings(max_examples=300, deadline=None)
TABLES = st.integers(0, 2**32).map(a_hub)


@HUBS
@given(TABLES)
def test_all_pairs_are_those_that_the_text_allows_and_fit_as_it_says(table: Table) -> None:
    found = fit.candidates(table)
    assert list(zip(found.need, found.provider, found.fit, strict=True)) == by_the_text(table)


@HUBS
@given(TABLES)
def test_a_pair_alone_is_told_why_not_exactly_when_the_text_forbids_it(table: Table) -> None:
    for n, p in both(table):
        told = fit_reasons.obstacles(fit.asked(table, n, np.array([p])), Reader.COORDINATOR)
        assert (told == [[]]) == may(table, n, p, runs=holds(table, n, p))


@HUBS
@given(TABLES)
def test_time_in_common_that_counts_is_said_in_words(table: Table) -> None:
    time = next(term for term in TERMS if term.name == "time")
    for n, p in both(table):
        alone = fit.asked(table, n, np.array([p]))
        need, provider = alone.one
        assert bool(free_together(need.worker, provider.party, ON)) == (time.earned(alone)[0] > 0)


def both(table: Table) -> list[tuple[int, int]]:
    return [(n, p) for n in range(len(table.needs)) for p in range(len(table.providers))]


def may(table: Table, need: int, provider: int, *, runs: bool = False) -> bool:
    return fit_oracle.may_be_matched(table.needs[need], table.providers[provider], ON, runs=runs)


def holds(table: Table, need: int, provider: int) -> bool:
    return table.needs[need].current == table.providers[provider].party.id


def by_the_text(table: Table) -> list[tuple[int, int, int]]:
    return [
        (n, p, fit_oracle.fit(table.needs[n], table.providers[p], ON))
        for n, p in both(table)
        if may(table, n, p)
    ]


@HUBS
@given(TABLES)
def test_matches_that_run_stay_while_they_are_lawful_one_between_two_people(table: Table) -> None:
    kept = fit_kept.settled(table).kept
    stay = list(zip(kept.need.tolist(), kept.provider.tolist(), strict=True))
    lawful = [(n, p) for n, p in both(table) if holds(table, n, p) and may(table, n, p, runs=True)]
    assert set(stay) <= set(lawful)
    assert {two(table, *one) for one in stay} == {two(table, *one) for one in lawful}
    assert len({(two(table, n, p), table.needs[n].kind) for n, p in stay}) == len(
        {two(table, n, p) for n, p in stay}
    )


def two(table: Table, need: int, provider: int) -> frozenset[int]:
    return frozenset({table.needs[need].worker.id, table.providers[provider].party.id})


@HUBS
@given(TABLES, st.integers(0, 3))
def test_the_short_list_is_the_best_of_the_lawful_with_room(table: Table, count: int) -> None:
    if not table.needs:
        return
    fit_kept.settled(table)
    lawful = [
        (-points, p)
        for n, p, points in by_the_text(table)
        if n == 0 and has_room(table, p) and not holds(table, 0, p)
    ]
    assert fit.best(table, 0, count).providers.tolist() == [p for _, p in sorted(lawful)][:count]


def has_room(table: Table, provider: int) -> bool:
    need = table.needs[0]
    theirs = [table.needs[n] for n, p in zip(*table.kept, strict=True) if p == provider]
    met_otherwise = any(n.worker.id == need.worker.id and n.kind != need.kind for n in theirs)
    taken = sum(n.kind == need.kind for n in theirs)
    limit = table.providers[provider].minutes_a_year
    hours = limit is None or sum(n.effort for n in (*theirs, need)) <= limit
    free = taken < table.providers[provider].offers[need.kind].capacity
    return free and hours and not met_otherwise


@HUBS
@given(TABLES)
def test_the_order_of_the_rows_changes_nobodys_fit(table: Table) -> None:
    turned = Table(table.needs[::-1], table.providers[::-1], table.day)
    assert named(table) == named(turned)


def named(table: Table) -> dict[tuple[int, int], int]:
    found = fit.candidates(table)
    return {
        (table.needs[n].id, table.providers[p].party.id): points
        for n, p, points in zip(found.need, found.provider, found.fit, strict=True)
    }
