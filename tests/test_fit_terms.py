"""What each term is worth at its edges, on a pair that earns little otherwise, and its words."""

import re
from datetime import timedelta

import numpy as np
import pytest

from supervisor.rules import fit_reasons, fit_rules
from supervisor.rules.distance import km_between
from supervisor.rules.fit_columns import MATTERS
from supervisor.rules.fit_rules import ROOM, RULES
from supervisor.rules.fit_terms import TERMS, Term
from supervisor.rules.fit_terms import fit as fit_of
from supervisor.rules.kinds import Kind, Mode, Reader
from tests.pairs import ANA, BEN, CROMWELL, DUNEDIN, ON, earns, pair, settings

DAY = timedelta(days=1)
KM = km_between(CROMWELL, DUNEDIN)
MENTORING = {"kind": Kind.MENTORING}


def words(*given: str) -> frozenset[str]:
    return frozenset(given)


def both(**same: object) -> dict[str, dict[str, object]]:
    return {"ben": same, "ana": same}


def why(*, of_need: bool = False, **changes: object) -> list[str]:
    return [str(one) for one in fit_reasons.reasons(pair(**changes), of_need=of_need)[0]]


def test_everybody_who_may_be_matched_starts_from_the_base() -> None:
    assert earns("base") == 100
    assert earns("base", day=settings(base=7)) == 7


@pytest.mark.parametrize(
    ("rank", "points"), [(1, 300), (2, 250), (3, 200), (4, 150), (5, 100), (None, 0)]
)
def test_a_choice_is_worth_its_rank(rank: int | None, points: int) -> None:
    choices = {9: 1} | ({2: rank} if rank else {})
    assert earns("choice", ben={"choices": choices}) == points
    assert earns("choice", ana={"choices": {1: 1}}) == 0


def test_a_late_choice_never_takes_points_away() -> None:
    assert earns("choice", ben={"choices": {2: 5}}, day=settings(choice_step=90)) == 0


@pytest.mark.parametrize(
    ("his", "hers", "points"),
    [
        (KM, KM, 0),
        (2 * KM, 900, 75),
        (200, 900, 150 - 150 * KM // 200),
        (KM - 1, 900, 0),
    ],
)
def test_near_takes_off_for_each_part_of_the_smaller_limit(
    his: int, hers: int, points: int
) -> None:
    meet = {"modes": words(Mode.IN_PERSON)}
    far = {"ben": {**meet, "travel_km": his}, "ana": {**meet, "travel_km": hers}}
    assert earns("near", **far) == points


def test_who_does_not_travel_at_all_is_near_to_those_in_the_same_place() -> None:
    assert earns("near", **both(point=DUNEDIN, travel_km=0, modes=frozenset())) == 150
    assert earns("near", **both(point=DUNEDIN, travel_km=50, modes=words(Mode.VIDEO))) == 0


@pytest.mark.parametrize(("limit", "points"), [(1, 0), (2, 75), (3, 100)])
def test_near_counts_to_the_last_kilometre(limit: int, points: int) -> None:
    one = {"travel_km": limit, "modes": words()}
    next_door = {**one, "point": (CROMWELL[0] + 0.01, CROMWELL[1])}
    assert earns("near", ben=one, ana=next_door) == points


SHARING = [
    ("culture", 90, {"cultures": words("Samoan", "Tongan")}, {"cultures": words("Tongan")}),
    ("language", 60, {"languages": words("NZSL", "English")}, {"languages": words("NZSL")}),
    ("gender", 80, {"preferred_genders": words("woman")}, {"genders": words("woman")}),
    ("youth", 60, {"youth_until": ON}, {"youth_until": ON}),
    ("rainbow", 40, {"rainbow": True}, {"rainbow": True}),
]


@pytest.mark.parametrize(("name", "points", "his", "hers"), SHARING)
def test_identity_counts_only_if_both_share_it(
    name: str, points: int, his: dict[str, object], hers: dict[str, object]
) -> None:
    yes, no = {"shares": True}, {"shares": False}
    assert earns(name, ben=his | yes, ana=hers | yes) == points
    assert earns(name, ben=his | no, ana=hers | yes) == 0
    assert earns(name, ben=his | yes, ana=hers | no) == 0
    assert earns(name, ben=yes, ana=hers | yes) == 0
    assert earns(name, ben=his | yes, ana=yes) == 0


def test_the_language_that_everybody_speaks_earns_nothing() -> None:
    same = both(shares=True, languages=words("English"))
    assert earns("language", **same) == 0
    assert earns("language", **same, day=settings(common_language="Samoan")) == 60


def test_a_gender_that_nobody_asked_for_earns_nothing() -> None:
    assert earns("gender", **both(shares=True, genders=words("woman"))) == 0


def test_youth_ends_after_its_last_day() -> None:
    over = {"shares": True, "youth_until": ON - DAY}
    assert earns("youth", ben=over, ana={"shares": True, "youth_until": ON}) == 0


def free(*windows: tuple[int, int, int]) -> dict[str, object]:
    return {"windows": windows}


@pytest.mark.parametrize(
    ("windows", "points"),
    [
        ([(0, 540, 659)], 10),
        ([(0, 540, 660)], 20),
        ([(0, 540, 630), (1, 540, 630)], 20),
        ([(day, 540, 660) for day in range(3)], 60),
        ([(day, 540, 660) for day in range(4)], 60),
        ([], 0),
    ],
    ids=["not two hours", "two", "halves do not add up", "most", "no more than most", "unknown"],
)
def test_time_counts_the_whole_hours_of_each_common_stretch(
    windows: list[tuple[int, int, int]], points: int
) -> None:
    assert earns("time", ana=free(*windows)) == points


@pytest.mark.parametrize(
    ("years", "points"),
    [(7, 120), (6, 96), (8, 96), (3, 24), (2, 0), (12, 0), (6.5, 108), (6.99, 119), (None, 0)],
)
def test_experience_is_best_at_five_years_apart(years: float | None, points: int) -> None:
    assert earns("experience", need=MENTORING, ana={"years": years}) == points
    assert earns("experience", ana={"years": years}) == 0


@pytest.mark.parametrize(("name", "points"), [("focus", 60), ("practice", 40)])
def test_what_they_work_with_counts_once(name: str, points: int) -> None:
    two = words("addiction", "mental_health")
    assert earns(name, ben={name: two}, ana={name: two}) == points
    assert earns(name, ben={name: two}, ana={name: words("housing")}) == 0


def test_continuity_is_for_who_holds_this_match_now() -> None:
    assert earns("continuity", need={"current": 2}) == 350
    assert earns("continuity", need={"current": 3}) == 0
    assert earns("continuity") == 0


@pytest.mark.parametrize(("days", "points"), [(0, 0), (1, 1), (180, 180), (181, 180), (-3, 0)])
def test_waiting_earns_a_point_a_day_up_to_180(days: int, points: int) -> None:
    assert earns("waiting", need={"waiting_since": ON - days * DAY}) == points
    assert earns("waiting") == 0


@pytest.mark.parametrize(("days", "points"), [(0, 60), (90, 60), (91, 0), (-1, 0)])
def test_a_new_starter_is_new_for_90_days(days: int, points: int) -> None:
    assert earns("new_starter", ben={"began_on": ON - days * DAY}) == points
    assert earns("new_starter") == 0


def test_a_sole_peer_goes_first() -> None:
    assert earns("sole_peer", ben={"sole_peer": True}) == 60
    assert earns("sole_peer", ana={"sole_peer": True}) == 0


ALL = {
    "need": {**MENTORING, "current": 2, "waiting_since": ON - 10 * DAY},
    "ben": {
        "shares": True,
        "choices": {2: 5},
        "point": DUNEDIN,
        "modes": words(),
        "cultures": words("Samoan"),
        "languages": words("Samoan"),
        "preferred_genders": words("woman"),
        "youth_until": ON,
        "rainbow": True,
        "focus": words("mental_health"),
        "practice": words("strengths"),
        "sole_peer": True,
        "began_on": ON,
        "windows": ((0, 540, 660),),
    },
    "ana": {
        "shares": True,
        "modes": words(),
        "cultures": words("Samoan"),
        "languages": words("Samoan"),
        "genders": words("woman"),
        "youth_until": ON,
        "rainbow": True,
        "focus": words("mental_health"),
        "practice": words("strengths"),
    },
}
WORTH = {
    "base": 100, "choice": 100, "near": 150, "culture": 90, "language": 60, "gender": 80,
    "time": 20, "experience": 120, "focus": 60, "practice": 40, "youth": 60, "rainbow": 40,
    "continuity": 350, "waiting": 10, "sole_peer": 60, "new_starter": 60,
}  # fmt: skip


def test_fit_is_all_terms_together() -> None:
    assert {term.name: earns(term.name, **ALL) for term in TERMS} == WORTH
    assert fit_of(pair(**ALL)).tolist() == [sum(WORTH.values())]
    assert fit_of(pair(**ALL)).dtype == np.int64


@pytest.mark.parametrize("name", MATTERS)
def test_what_matters_most_to_the_worker_is_doubled_after_its_own_limit(name: str) -> None:
    most = {**ALL, "ben": {**ALL["ben"], "matters_most": words(name)}}
    assert {term.name: earns(term.name, **most) for term in TERMS} == WORTH | {
        name: 2 * WORTH[name]
    }


def test_what_matters_most_to_the_provider_doubles_nothing() -> None:
    hers = {**ALL, "ana": {**ALL["ana"], "matters_most": frozenset(MATTERS)}}
    assert fit_of(pair(**hers)).tolist() == [sum(WORTH.values())]


def test_waiting_is_never_doubled() -> None:
    most = {**ALL, "ben": {**ALL["ben"], "matters_most": words("waiting", "base", "sole_peer")}}
    assert fit_of(pair(**most)).tolist() == [sum(WORTH.values())]


def test_time_at_its_most_is_doubled_whole() -> None:
    assert earns("time", ben={"matters_most": words("time")}) == 120


# words


def test_reasons_stand_by_what_they_are_worth_and_the_private_ones_are_said_once() -> None:
    assert why(**ALL) == [
        "They meet already",
        "Near enough to meet in person",
        "Years more in this work: 5",
        "Asked for by name, fifth",
        "A culture in common",
        "Something that was asked for",
        "Both speak Samoan",
        "Both work with mental health",
        "Something you both asked for",
        "Both work in this way: strengths",
        "Free at the same time: Monday mornings",
    ]


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Pacific/Auckland", "Free at the same time: Monday mornings"),
        ("Pacific/Chatham", "Free at the same time: Monday mornings, Auckland time"),
        ("Antarctica/McMurdo", "Free at the same time: Monday mornings"),
    ],
    ids=["one zone", "another clock", "another zone with the same clock"],
)
def test_where_two_clocks_differ_free_time_says_whose_it_is(zone: str, says: str) -> None:
    morning = {"windows": ((0, 9 * 60, 11 * 60),)}
    ben, ana = morning | {"zone": "Pacific/Auckland"}, morning | {"zone": zone}
    assert says in why(ben=ben, ana=ana)


def test_what_is_the_same_for_every_provider_is_said_only_when_it_is_asked() -> None:
    assert {*why(**ALL, of_need=True)} - {*why(**ALL)} == {
        "Days of waiting: 10",
        "The only peer worker in a team",
        "New in this work",
    }


def test_a_distance_is_named() -> None:
    meet = both(modes=words(), travel_km=900)
    assert f"Near enough to meet in person: {KM} km" in why(**meet)


def test_broken_years_are_said_as_they_are() -> None:
    assert "Years more in this work: 4.5" in why(need=MENTORING, ana={"years": 6.5})


def test_a_language_that_everybody_speaks_is_no_reason() -> None:
    speak = both(shares=True, languages=words("English", "NZSL"))
    assert "Both speak NZSL" in why(**speak)


def test_drawbacks_are_of_distance_and_time_alone() -> None:
    def but(**changes: object) -> list[str]:
        return [str(one) for one in fit_reasons.drawbacks(pair(**changes))[0]]

    assert but() == ["By video or phone, not in person"]
    assert but(**both(modes=words(), travel_km=900)) == []
    unknown = "Free times are not known yet"
    assert unknown in but(ana={"windows": ()})
    assert unknown in but(ben={"windows": ()})


PRIVATE = re.compile(
    r"rainbow|youth|young|gender|wom[ae]n|\bm[ae]n\b|consumer|carer|clinical|conflict|declin|withheld"
    r"|shar|samoan|tongan|manage|line",
    re.IGNORECASE,
)
NAMES_A_LANGUAGE = {"language"}


def worded(one: Term | fit_rules.Rule) -> list[str]:
    """All that a worker may read of a rule or a term, on pairs that know as much as can be."""
    pairs = [
        pair(**ALL),
        pair(),
        pair(**{**ALL, "ben": {**ALL["ben"], "modes": words(Mode.PHONE)}}),
    ]
    if isinstance(one, Term):
        said = [say(x) for x in pairs for say in (one.why, one.but) if say]
        return [str(words) for words in said if words]
    return [str(one.why_not(x, Reader.WORKER)) for x in pairs]


@pytest.mark.parametrize("one", [*TERMS, *RULES, *ROOM], ids=lambda one: one.name)
def test_a_worker_reads_no_conflict_no_other_worker_and_nothing_private(one) -> None:
    said = worded(one)
    assert one.name == "base" or said
    hidden = [] if one.name in NAMES_A_LANGUAGE else [text for text in said if PRIVATE.search(text)]
    assert hidden == []
    assert not any(name in text for text in said for name in (BEN.ref, ANA.ref, "Ben", "Ana"))


def test_every_word_that_matters_most_has_its_term() -> None:
    assert set(MATTERS) <= {term.name for term in TERMS}
