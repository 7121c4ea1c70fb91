"""Each rule at its exact edge, on a pair that is lawful otherwise, and what each reader is told."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from supervisor.rules import fit, fit_kept, fit_reasons
from supervisor.rules.distance import km_between
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_rules import NOT_AVAILABLE, ROOM, RULES, offers_nothing
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need, Offer, Party, Provider, Trip, line_above
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Mode, Reader
from tests.pairs import ANA, BEN, CROMWELL, DUNEDIN, NEED, OFFER, ON, fails, pair, settings

PEER, CULTURAL, MENTORING, COACHING = MATCHED_KINDS
DAY = timedelta(days=1)
KM = km_between(CROMWELL, DUNEDIN)
WORKER, HUB = Reader.WORKER, Reader.COORDINATOR


def words(*given: str) -> frozenset[str]:
    return frozenset(given)


def told(reader: Reader, **changes: object) -> list[str]:
    return [str(one) for one in fit_reasons.obstacles(pair(**changes), reader)[0]]


def why_not(hub: Table, need: int, reader: Reader) -> list[str]:
    """What stands between a need and the first provider."""
    pairs = fit.asked(hub, need, np.array([0]))
    return [str(one) for one in fit_reasons.obstacles(pairs, reader)[0]]


def test_the_pair_that_the_others_change_is_lawful() -> None:
    assert fails() == []
    assert told(WORKER) == told(HUB) == []


# offer


def test_somebody_who_offers_another_kind_only_is_refused() -> None:
    her = Provider(ANA, {MENTORING: OFFER})
    both = Table([NEED], [her], Day(ON))
    assert len(fit.candidates(both)) == 0
    assert why_not(both, 0, HUB) == [str(offers_nothing(HUB))]
    assert why_not(both, 0, WORKER) == [str(offers_nothing(WORKER))] == ["Not available"]


@pytest.mark.parametrize(("capacity", "expected"), [(1, []), (0, ["capacity"])])
def test_capacity_is_above_zero(capacity: int, expected: list[str]) -> None:
    assert fails(offer={"capacity": capacity}) == expected


@pytest.mark.parametrize(
    ("until", "expected"), [(ON, []), (ON - DAY, ["vetted"]), (None, ["vetted"])]
)
def test_vetting_holds_through_its_last_day(until: date | None, expected: list[str]) -> None:
    assert fails(offer={"vetted_until": until}) == expected


@pytest.mark.parametrize(
    ("leave", "expected"),
    [
        ([(0, 43)], ["here"]),
        ([(0, 42)], []),
        ([(1, 60)], []),
        ([(-5, 10), (10, 43)], ["here"]),
        ([(-5, 10), (11, 60)], []),
    ],
    ids=["the whole", "one day less", "from tomorrow", "two that touch", "two with a gap"],
)
def test_leave_counts_only_through_the_day_and_the_42_after_it(
    leave: list[tuple[int, int]], expected: list[str]
) -> None:
    spans = tuple((ON + first * DAY, ON + back * DAY) for first, back in leave)
    assert fails(provider={"leave": spans}) == expected


def test_leave_ends_no_match_that_runs_but_leaving_does() -> None:
    away = {"leave": ((ON, ON + 99 * DAY),)}
    assert fails(runs=True, provider=away) == []
    assert fails(runs=True, provider={"left_on": ON - DAY}) == ["here"]
    assert fails(provider={"left_on": ON}) == []


def test_the_days_away_are_a_setting() -> None:
    week = {"leave": ((ON, ON + 8 * DAY),)}
    assert fails(provider=week) == []
    assert fails(provider=week, day=settings(away_days=7)) == ["here"]


# region


@pytest.mark.parametrize(
    ("serves", "lives", "expected"),
    [
        (words(), "OTA", []),
        (words("OTA", "STL"), "OTA", []),
        (words("STL"), "OTA", ["region"]),
        (words("STL"), None, ["region"]),
        (words(), None, []),
    ],
)
def test_a_provider_serves_the_regions_they_named(
    serves: frozenset[str], lives: str | None, expected: list[str]
) -> None:
    assert fails(offer={"regions": serves}, ben={"region": lives}) == expected


# employer and line of managers


@pytest.mark.parametrize(
    ("kind", "expected"), [(PEER, ["external"]), (MENTORING, []), (COACHING, [])]
)
def test_only_a_peer_supervisor_comes_from_outside(kind: Kind, expected: list[str]) -> None:
    shared = frozenset({1, 2})
    assert fails(need={"kind": kind}, ana={"organisations": shared}) == expected


@pytest.mark.parametrize(
    ("ben", "ana"),
    [({"joins": {1}}, {"organisations": {1}}), ({"organisations": {1}}, {"joins": {1}}),
     ({"joins": {1}}, {"joins": {1}})],
    ids=["the worker goes there", "the supervisor does", "both do"],
)  # fmt: skip
def test_nobody_begins_with_whom_they_will_work_at_one_employer(ben, ana) -> None:
    nowhere = {"organisations": frozenset[int](), "joins": frozenset[int]()}
    both = [nowhere | {name: frozenset(some) for name, some in one.items()} for one in (ben, ana)]
    assert fails(ben=both[0], ana=both[1]) == ["external"]
    assert fails(ben=both[0], ana=both[1], runs=True) == []


def test_cultural_supervision_comes_from_outside_where_the_hub_says_so() -> None:
    inside = {
        "need": {"kind": CULTURAL, "culture_wanted": "Samoan"},
        "offer": {"cultures": words("Samoan")},
        "ana": {"organisations": frozenset({1})},
    }
    assert fails(**inside) == []
    assert fails(**inside, day=Day(ON, external=frozenset({PEER, CULTURAL}))) == ["external"]


@pytest.mark.parametrize("kind", [PEER, MENTORING, COACHING])
def test_nobody_above_or_below_is_matched_in_any_kind(kind: Kind) -> None:
    assert fails(need={"kind": kind}, ben={"above": frozenset({7, 2})}) == ["chain"]
    assert fails(need={"kind": kind}, ana={"above": frozenset({1})}) == ["chain"]


def test_the_line_of_managers_goes_up_through_every_job_to_the_top() -> None:
    managers = {1: {10, 20}, 10: {11}, 11: {12}, 20: set()}
    assert line_above(1, managers) == {10, 20, 11, 12}
    assert line_above(12, managers) == frozenset()


def test_a_circle_of_managers_ends_the_walk() -> None:
    circle = {1: {2}, 2: {3}, 3: {1}}
    assert line_above(1, circle) == {2, 3}
    assert line_above(3, circle) == {1, 2}


# who they are


@pytest.mark.parametrize(
    ("kind", "expected"), [(PEER, ["clinical"]), (MENTORING, []), (COACHING, [])]
)
def test_a_clinical_person_is_no_peer_supervisor(kind: Kind, expected: list[str]) -> None:
    assert fails(need={"kind": kind}, ana={"clinical": True}) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"ben": {"against": frozenset({2})}},
        {"ana": {"against": frozenset({1})}},
        {"ben": {"against_organisations": frozenset({2})}},
        {"ana": {"against_organisations": frozenset({1})}},
    ],
    ids=["his", "hers", "his with her employer", "hers with his employer"],
)
def test_a_conflict_counts_whoever_declared_it(changes: dict[str, object]) -> None:
    assert fails(**changes) == ["conflict"]
    assert told(WORKER, **changes) == told(HUB, **changes) == ["Not available"]


@pytest.mark.parametrize(
    ("his", "hers", "expected"),
    [
        (words("consumer", "carer"), words("carer"), []),
        (words("consumer"), words("carer"), ["perspective"]),
        (words(), words("carer"), ["perspective"]),
        (words("consumer"), words(), ["perspective"]),
    ],
)
def test_a_perspective_is_in_common_and_unknown_refuses(
    his: frozenset[str], hers: frozenset[str], expected: list[str]
) -> None:
    views = {"ben": {"perspectives": his}, "ana": {"perspectives": hers}}
    assert fails(**views) == expected
    assert fails(**views, need={"kind": MENTORING}) == expected
    assert fails(**views, need={"kind": COACHING}) == []


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("Samoan", words("Samoan", "Tongan"), []),
        ("Samoan", words("Tongan"), ["culture"]),
        ("Samoan", words(), ["culture"]),
        (None, words("Samoan"), ["culture"]),
    ],
)
def test_the_culture_wanted_is_among_those_offered(
    wanted: str | None, offered: frozenset[str], expected: list[str]
) -> None:
    need = {"kind": CULTURAL, "culture_wanted": wanted}
    assert fails(need=need, offer={"cultures": offered}) == expected


NEEDS_NZSL = {"needed_languages": words("NZSL")}


@pytest.mark.parametrize(
    ("shares", "speaks", "expected"),
    [
        (True, words("NZSL", "English"), []),
        (True, words("English"), ["language"]),
        (True, words(), ["language"]),
        (False, words("NZSL"), ["language"]),
    ],
)
def test_each_needed_language_is_spoken_by_somebody_who_shares_it(
    shares: bool, speaks: frozenset[str], expected: list[str]
) -> None:
    assert fails(ben=NEEDS_NZSL, ana={"shares": shares, "languages": speaks}) == expected


def test_all_of_the_needed_languages_are_spoken_not_one_of_them() -> None:
    two = {"needed_languages": words("NZSL", "Samoan")}
    assert fails(ben=two, ana={"shares": True, "languages": words("NZSL")}) == ["language"]


def test_a_hub_may_have_more_languages_than_a_number_has_bits() -> None:
    """Hers are met first; the one he needs is the hundredth."""
    many = words(*(f"language {n}" for n in range(99)))
    speaks = {"shares": True, "languages": many}
    assert fails(ben={"needed_languages": words("another")}, ana=speaks) == ["language"]
    speaks["languages"] |= words("another")
    assert fails(ben={"needed_languages": words("another")}, ana=speaks) == []


def test_who_needs_no_language_asks_nobody_to_share_theirs() -> None:
    assert fails(ana={"shares": False}) == []


@pytest.mark.parametrize(
    ("his", "hers", "expected"),
    [
        (2, 3, []),
        (2, 2.9, ["years"]),
        (1.3, 2.3, []),
        (2, 2, ["years"]),
        (None, 9, ["years"]),
        (2, None, ["years"]),
    ],
)
def test_a_tuakana_has_at_least_a_year_more(
    his: float | None, hers: float | None, expected: list[str]
) -> None:
    years = {"ben": {"years": his}, "ana": {"years": hers}}
    assert fails(need={"kind": MENTORING}, **years) == expected
    assert fails(need={"kind": PEER}, **years) == []


def test_the_years_between_them_are_a_setting() -> None:
    assert fails(need={"kind": MENTORING}, day=settings(mentoring_years=5)) == []
    assert fails(need={"kind": MENTORING}, day=settings(mentoring_years=6)) == ["years"]


# reach

IN_PERSON = words(Mode.IN_PERSON)


def reach(ben: dict[str, object], ana: dict[str, object]) -> list[str]:
    both = {"modes": IN_PERSON}
    return fails(ben={**both, **ben}, ana={**both, **ana})


def test_in_person_works_up_to_the_smaller_limit_exactly() -> None:
    assert reach({"travel_km": KM}, {"travel_km": KM}) == []
    assert reach({"travel_km": KM}, {"travel_km": 2000}) == []
    assert reach({"travel_km": KM - 1}, {"travel_km": 2000}) == ["reach"]
    assert reach({"travel_km": 2000}, {"travel_km": KM - 1}) == ["reach"]


def test_without_a_limit_the_usual_one_counts() -> None:
    assert reach({"travel_km": None}, {"travel_km": KM}) == ["reach"]
    usual = settings(travel_km=KM)
    meet = {"modes": IN_PERSON, "travel_km": None}
    assert fails(ben=meet, ana=meet, day=usual) == []


def test_a_part_of_a_kilometre_is_nothing() -> None:
    here = {"point": (-45.04, 169.2), "travel_km": 0}
    assert km_between((-45.04, 169.2), (-45.035, 169.2)) == 0
    assert reach(here, {"point": (-45.035, 169.2)}) == []
    assert reach(here, {"point": (-45.03, 169.2)}) == ["reach"]


def test_nobody_drives_between_lands_but_an_unknown_land_is_no_sea() -> None:
    near = {"point": CROMWELL, "land": "Stewart"}
    assert reach({}, near) == ["reach"]
    assert reach({"land": None}, near) == []
    assert reach({}, {**near, "land": None}) == []


def test_without_coordinates_nobody_meets_in_person() -> None:
    assert reach({"point": None}, {"point": CROMWELL}) == ["reach"]
    assert fails(ben={"point": None}) == []


def test_the_date_line_is_no_distance() -> None:
    east, west = {"point": (-44.0, 179.9)}, {"point": (-44.0, -179.9)}
    assert km_between(east["point"], west["point"]) == 15
    assert reach({**east, "travel_km": 16}, {**west, "travel_km": 16}) == []


def test_the_other_side_of_the_world_is_a_distance_too() -> None:
    """Half the earth round, where rounding would put them a hair further apart than that."""
    assert km_between((6.16, 112.23), (-6.16, -67.77)) == 20015


@pytest.mark.parametrize(
    ("his", "hers", "expected"),
    [
        (words(Mode.VIDEO), words(Mode.VIDEO), []),
        (words(Mode.PHONE), words(Mode.PHONE), []),
        (words(Mode.VIDEO), words(Mode.PHONE), ["reach"]),
        (words(), words(Mode.PHONE), []),
        (words(Mode.VIDEO), words(), []),
    ],
)
def test_a_way_of_meeting_is_in_common_and_none_named_is_all(
    his: frozenset[str], hers: frozenset[str], expected: list[str]
) -> None:
    assert fails(ben={"modes": his}, ana={"modes": hers}) == expected


# time


def free(*windows: tuple[int, int, int], zone: str = "Pacific/Auckland") -> dict[str, object]:
    return {"windows": windows, "zone": zone}


NINE = 9 * 60


def test_one_common_stretch_is_long_enough_to_the_minute() -> None:
    his = free((0, NINE, NINE + 120))
    assert fails(ben=his, ana=free((0, NINE + 60, NINE + 180))) == []
    assert fails(ben=his, ana=free((0, NINE + 61, NINE + 180))) == ["time"]


def test_two_short_stretches_are_not_one_long_one() -> None:
    hers = free((0, NINE, NINE + 40), (1, NINE, NINE + 40))
    assert fails(ana=hers) == ["time"]


def test_windows_that_touch_are_one_stretch() -> None:
    assert fails(ana=free((0, NINE, NINE + 30), (0, NINE + 30, NINE + 60))) == []


def test_a_stretch_goes_over_the_end_of_the_week() -> None:
    night = free((6, 1410, 1440), (0, 0, 30))
    assert fails(ben=night, ana=night) == []
    assert fails(ben=night, ana=free((6, 1380, 1440))) == ["time"]


def test_monday_morning_in_new_zealand_is_sunday_in_utc() -> None:
    his = free((0, 0, 1440))
    assert fails(ben=his, ana=free((6, 780, 840), zone="UTC")) == []
    assert fails(ben=his, ana=free((6, 600, 660), zone="UTC")) == ["time"]


@pytest.mark.parametrize(("until", "expected"), [(60, []), (59, ["time"])])
def test_a_stretch_over_the_end_of_the_week_meets_one_at_its_beginning(
    until: int, expected: list[str]
) -> None:
    over = free((6, 1380, 1440), (0, 0, until), zone="UTC")
    monday = free((0, 0, 60), zone="UTC")
    assert fails(ben=over, ana=monday) == fails(ben=monday, ana=over) == expected


def test_who_is_always_free_suits_any_stretch_of_the_other() -> None:
    always = free(*((day, 0, 1440) for day in range(7)))
    night = free((6, 1410, 1440), (0, 0, 30), zone="UTC")
    assert fails(ben=always, ana=night) == fails(ben=night, ana=always) == []
    assert fails(ben=always, ana=always) == []
    assert fails(ben=always, ana=free((0, NINE, NINE + 59))) == ["time"]


@pytest.mark.parametrize(
    ("zone", "start"),
    [("Australia/Sydney", NINE - 120), ("Pacific/Chatham", NINE + 45), ("UTC", None)],
)
def test_windows_count_at_the_offset_of_their_own_zone(zone: str, start: int | None) -> None:
    """In February Sydney is two hours behind Auckland, the Chathams 45 minutes ahead."""
    his = free((2, NINE, NINE + 60))
    hers = free((2, start, start + 60), zone=zone) if start else free((1, 1200, 1260), zone=zone)
    assert fails(ben=his, ana=hers) == []


@pytest.mark.parametrize(
    ("on", "sydney"),
    [
        (date(2027, 4, 3), NINE - 120),
        (date(2027, 4, 4), NINE - 120),
        (date(2027, 9, 28), NINE - 180),
    ],
    ids=["both in summer", "both go back on one day", "New Zealand goes first in spring"],
)
def test_the_offset_is_that_of_the_day(on: date, sydney: int) -> None:
    hers = free((2, sydney, sydney + 60), zone="Australia/Sydney")
    assert fails(ben=free((2, NINE, NINE + 60)), ana=hers, day=Day(on)) == []


def test_unknown_windows_pass() -> None:
    assert fails(ana=free()) == fails(ben=free()) == []


# oneself and the mirror


def test_nobody_is_their_own_supervisor() -> None:
    himself = Provider(BEN, {MENTORING: OFFER, COACHING: OFFER})
    alone = Table([Need(BEN, COACHING)], [himself], Day(ON))
    assert len(fit.candidates(alone)) == 0


def test_a_worker_who_supervises_somebody_now_is_not_supervised_by_them() -> None:
    assert fails(ana={"supervised_by": frozenset({1})}) == ["mirror"]
    assert fails(ben={"supervised_by": frozenset({2})}) == []


# what stays, and what room it leaves


def people(count: int) -> list[Party]:
    return [Party(id=10 + n, ref=f"w{n}", perspectives=words("consumer")) for n in range(count)]


def held(worker: Party, kind: Kind = PEER, **more: object) -> Need:
    return Need(worker, kind, ref=f"{worker.ref}-{kind}", **{"current": 2, **more})


def test_matches_stay_even_over_capacity_and_fill_every_place() -> None:
    workers = people(3)
    needs = [held(workers[0]), held(workers[1]), held(workers[2], current=None)]
    full = Table(needs, [Provider(ANA, {PEER: Offer(1, date(2028, 1, 1))})], Day(ON))
    hub = fit_kept.settled(full)
    assert hub.kept.need.tolist() == [0, 1]
    assert hub.open.tolist() == [2]
    assert full.offers[PEER]["taken"].tolist() == [2]
    assert len(fit.best(full, 2, 10)) == 0
    assert why_not(full, 2, HUB) == ["All places are taken"]
    assert why_not(full, 2, WORKER) == ["Not available"]
    assert why_not(full, 0, HUB) == []


@pytest.mark.parametrize(("capacity", "count"), [(2, 1), (1, 0)])
def test_the_last_place_is_free_until_it_is_taken(capacity: int, count: int) -> None:
    first, second = people(2)
    offer = Offer(capacity, date(2028, 1, 1))
    hub = Table([held(first), held(second, current=None)], [Provider(ANA, {PEER: offer})], Day(ON))
    fit_kept.settled(hub)
    assert len(fit.best(hub, 1, 10)) == count


def test_reopened_nothing_stays_and_every_place_is_free() -> None:
    needs = [held(one) for one in people(2)]
    hub = fit_kept.settled(Table(needs, [Provider(ANA, {PEER: OFFER})], Day(ON)), reopen=True)
    assert len(hub.kept) == 0
    assert hub.open.tolist() == [0, 1]
    assert hub.table.offers[PEER]["taken"].tolist() == [0]


@pytest.mark.parametrize(("minutes", "expected"), [(1200, 1), (1199, 0), (None, 1)])
def test_hours_are_counted_over_all_kinds_to_the_minute(minutes: int | None, expected: int) -> None:
    first, second = people(2)
    needs = [held(first, COACHING, effort=600), held(second, current=None, effort=600)]
    offers = {PEER: OFFER, COACHING: OFFER}
    hub = Table(needs, [Provider(ANA, offers, minutes_a_year=minutes)], Day(ON))
    fit_kept.settled(hub)
    assert len(fit.best(hub, 1, 10)) == expected
    assert why_not(hub, 1, HUB) == ([] if expected else ["Not enough hours are left"])


def test_somebody_who_meets_the_worker_in_another_kind_is_not_asked_again() -> None:
    [worker] = people(1)
    needs = [held(worker, PEER), held(worker, COACHING, current=None)]
    hub = Table(needs, [Provider(ANA, {PEER: OFFER, COACHING: OFFER})], Day(ON))
    fit_kept.settled(hub)
    assert len(fit.candidates(hub, np.array([1]))) == 1
    assert len(fit.best(hub, 1, 10)) == 0
    assert why_not(hub, 1, HUB) == ["Meets them already in another kind of support"]


def test_the_next_period_may_go_on_with_the_same_person() -> None:
    [worker] = people(1)
    needs = [held(worker), held(worker, current=None)]
    hub = Table(needs, [Provider(ANA, {PEER: OFFER})], Day(ON))
    fit_kept.settled(hub)
    assert len(fit.best(hub, 1, 10)) == 1


def test_a_hub_may_let_a_provider_wear_several_hats() -> None:
    [worker] = people(1)
    both = [held(worker, PEER), held(worker, COACHING)]
    offers = [Provider(ANA, {PEER: OFFER, COACHING: OFFER})]
    assert fit_kept.settled(Table(both, offers, Day(ON))).open.tolist() == [1]
    assert fit_kept.settled(Table(both, offers, settings(one_hat=False))).open.tolist() == []
    second = [both[0], held(worker, COACHING, current=None)]
    hub = Table(second, offers, settings(one_hat=False))
    fit_kept.settled(hub)
    assert len(fit.best(hub, 1, 10)) == 1


def test_two_who_would_supervise_each_other_are_one_match_for_any_hub() -> None:
    """Both matches begin later, so that neither supervises the other now."""
    ben, ana = (Party(id=n, ref=str(n)) for n in (1, 2))
    needs = [Need(ben, COACHING, current=2), Need(ana, COACHING, current=1)]
    serve = [Provider(one, {COACHING: OFFER}) for one in (ben, ana)]
    for day in (Day(ON), settings(one_hat=False)):
        assert fit_kept.settled(Table(needs, serve, day)).open.tolist() == [1]


def test_of_two_matches_between_two_people_the_mandatory_one_stays() -> None:
    [worker] = people(1)
    needs = [held(worker, COACHING), held(worker, PEER, mandatory=True)]
    hub = fit_kept.settled(Table(needs, [Provider(ANA, {PEER: OFFER, COACHING: OFFER})], Day(ON)))
    assert hub.kept.need.tolist() == [1]
    assert hub.open.tolist() == [0]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"worker": {"organisations": frozenset({2})}}, PEER),
        ({"offer": {"vetted_until": ON - DAY}}, PEER),
        ({"provider": {"left_on": ON - DAY}}, PEER),
        ({}, CULTURAL),
    ],
    ids=["now one employer", "no longer vetted", "she left", "no culture is wanted"],
)
def test_a_match_that_became_unlawful_is_open_again(change: dict[str, dict], kind: Kind) -> None:
    worker = Party(id=1, perspectives=words("consumer"), **change.get("worker", {}))
    offer = Offer(**{"vetted_until": date(2028, 1, 1), **change.get("offer", {})})
    her = Provider(ANA, {kind: offer}, **change.get("provider", {}))
    hub = fit_kept.settled(Table([held(worker, kind)], [her], Day(ON)))
    assert hub.open.tolist() == [0]


def test_a_provider_who_offers_nothing_any_more_holds_nothing() -> None:
    hub = fit_kept.settled(Table([held(people(1)[0])], [], Day(ON)))
    assert hub.open.tolist() == [0]
    assert len(hub.kept) == 0


def test_an_empty_hub_has_no_pairs() -> None:
    empty = Table([], [], Day(ON))
    assert len(fit.candidates(empty)) == 0
    assert len(fit_kept.settled(empty).kept) == 0


def test_many_needs_are_asked_in_parts_with_the_same_answer(monkeypatch) -> None:
    needs = [held(one, current=None) for one in people(7)]
    hub = Table(needs, [Provider(ANA, {PEER: OFFER})], Day(ON, FitSettings()))
    at_once = fit.candidates(hub)
    monkeypatch.setattr(fit, "AT_ONCE", 2)
    in_parts = fit.candidates(hub)
    assert at_once.need.tolist() == in_parts.need.tolist() == list(range(7))
    assert at_once.fit.tolist() == in_parts.fit.tolist()


# words

NAMED_TO_ALL = {"language", "reach", "time"}
NAMED_TO_HUB = NAMED_TO_ALL | {"offer", "capacity", "vetted", "external", "place", "hours", "hat"}
SILENT = pair(ben=NEEDS_NZSL, ana={"shares": True, "languages": words("Samoan")})


@pytest.mark.parametrize("rule", [*RULES, *ROOM], ids=lambda rule: rule.name)
def test_a_rule_gives_away_no_more_than_its_reader_may_know(rule) -> None:
    silent = NOT_AVAILABLE
    assert (rule.why_not(SILENT, WORKER) == silent) == (rule.name not in NAMED_TO_ALL)
    assert (rule.why_not(SILENT, HUB) == silent) == (rule.name not in NAMED_TO_HUB)


def test_a_language_that_is_missing_is_named_unless_what_they_speak_is_withheld() -> None:
    shared = {"shares": True, "languages": words("English")}
    for reader in Reader:
        assert told(reader, ben=NEEDS_NZSL, ana=shared) == ["Does not speak NZSL"]
        assert told(reader, ben=NEEDS_NZSL, ana={"languages": words("NZSL")}) == ["Not available"]


def test_distance_and_ways_and_time_are_named_to_everybody() -> None:
    far = {"modes": IN_PERSON}
    none = {"ben": {"modes": words(Mode.VIDEO)}, "ana": {"modes": words(Mode.PHONE)}}
    for reader in Reader:
        assert told(reader, ben=far, ana=far) == [f"{KM} km apart, too far to meet in person"]
        assert told(reader, **none) == ["No way of meeting that suits you both"]
        assert told(reader, ana=free((6, 0, 90))) == ["Not free at the same time for 60 minutes"]


def test_the_hub_reads_employer_vetting_kind_and_capacity() -> None:
    assert told(HUB, ana={"organisations": frozenset({1})}) == ["Works for the same employer"]
    assert told(HUB, offer={"vetted_until": None}) == ["Not vetted"]
    assert told(HUB, offer={"vetted_until": ON - DAY}) == ["Vetted until 2027-02-09"]
    assert told(HUB, offer={"capacity": 0}) == ["Takes nobody on at present"]


def test_a_worker_is_told_once_that_somebody_is_not_available() -> None:
    several = {"ana": {"organisations": frozenset({1}), "clinical": True}, "offer": {"capacity": 0}}
    assert told(WORKER, **several) == ["Not available"]


EVERY_THURSDAY = Trip("Cromwell", CROMWELL, "South", 3, 600, 900)
IN_PERSON = frozenset({Mode.IN_PERSON})


def test_whoever_comes_to_town_can_be_met_there_in_person() -> None:
    far = {"ben": {"modes": IN_PERSON}, "ana": {"modes": IN_PERSON}}
    assert fails(**far) == ["reach"]
    assert fails(**far, provider={"trips": (EVERY_THURSDAY,)}) == []


def test_what_counts_is_how_far_the_worker_goes_and_when_they_are_free() -> None:
    far = {"ana": {"modes": IN_PERSON, "travel_km": 0}, "provider": {"trips": (EVERY_THURSDAY,)}}
    ben = {"modes": IN_PERSON}
    assert fails(ben=ben, **far) == []
    assert fails(ben=ben | {"point": (-46.4, 168.35)}, **far) == ["reach"]
    assert fails(ben=ben | {"windows": ((3, 540, 630),)}, **far) == ["reach"]
    assert fails(ben=ben | {"land": "North"}, **far) == ["reach"]


def test_days_in_town_are_time_in_common_too() -> None:
    ben = {"modes": frozenset(Mode), "windows": ((3, 600, 900),)}
    ana = {"modes": frozenset(Mode), "windows": ((0, 600, 900),)}
    assert fails(ben=ben, ana=ana) == ["time"]
    assert fails(ben=ben, ana=ana, provider={"trips": (EVERY_THURSDAY,)}) == []


def test_trips_that_are_over_bring_nobody_together() -> None:
    over = replace(EVERY_THURSDAY, last_on=ON - timedelta(days=1))
    far = {"ben": {"modes": IN_PERSON}, "ana": {"modes": IN_PERSON}}
    assert fails(**far, provider={"trips": (over,)}) == ["reach"]
    assert fails(**far, provider={"trips": (replace(over, last_on=ON),)}) == []


def test_where_not_available_stands_does_not_tell_which_rule_it_is() -> None:
    """Each against the same two that are named: one that is asked early, and one that is late."""
    named = {"offer": {"capacity": 0}, "ana": free((6, 0, 90))}
    silent = {"clinical": True}, {"years": 0}, {"against": frozenset({BEN.id})}
    for reader in Reader:
        said = {
            str(told(reader, need=need, **named | {"ana": free((6, 0, 90)) | one}))
            for one, need in zip(silent, ({}, {"kind": MENTORING}, {}), strict=True)
        }
        assert len(said) == 1
        assert said.pop().endswith("'Not available']")
