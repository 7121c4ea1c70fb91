"""Whom to look for next: tiny hubs whose answer is known, and small ones by trying everything."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from supervisor.matches.matching import problem_of
from supervisor.rules.assign import AssignSettings, Problem, Score
from supervisor.rules.assign_budget import Budget
from supervisor.rules.fit import candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from supervisor.rules.fit_lists import UNKNOWN, Rows
from supervisor.rules.fit_values import Need, Party, Provider
from supervisor.rules.kinds import Kind, Mode
from supervisor.rules.recruit import Gain, Outlook, outlook
from supervisor.rules.recruit_more import More, WithOne, without_anybody_new
from supervisor.rules.recruit_profiles import Profile, RecruitSettings, Site, Suited
from supervisor.rules.recruit_reach import reach
from tests.assign_cases import Give, Want, best, drawn, problem
from tests.pairs import ANA, BEN, CROMWELL, DUNEDIN, NEED, OFFER, ON

AUCKLAND = (-36.85, 174.76)
PEER, CULTURAL, COACHING = Kind.PEER_SUPERVISION, Kind.CULTURAL_SUPERVISION, Kind.COACHING
PLAIN = frozenset({"consumer"})
SITES = {
    "OTA": [Site("Cromwell", CROMWELL, "OTA", "South"), Site("Dunedin", DUNEDIN, "OTA", "South")],
    "AUK": [Site("Auckland", AUCKLAND, "AUK", "North")],
}
SEEDS = st.integers(0, 100_000)


def wants(number: int, kind: Kind = PEER, *, minutes: int = 600, culture: str | None = None,
          mandatory: bool = False, **who: Any) -> Need:  # fmt: skip
    """A need of another worker like Ben, with what is given changed."""
    worker = replace(BEN, id=number, ref=f"w{number}", **who)
    return replace(NEED, worker=worker, kind=kind, id=number, ref=f"n{number}", effort=minutes,
                   culture_wanted=culture, mandatory=mandatory)  # fmt: skip


def gives(number: int, kind: Kind = PEER, *, people: int = 1, minutes: int | None = None,
          **who: Any) -> Provider:  # fmt: skip
    party: Party = replace(ANA, id=number, ref=f"p{number}", **who)
    return Provider(party, {kind: replace(OFFER, capacity=people)}, minutes)


def look(
    needs: Iterable[Need],
    providers: Iterable[Provider] = (),
    *,
    seconds: float = 60,
    assign: AssignSettings | None = None,
    **supposed: Any,
) -> Outlook:
    hub = settled(Table(sorted(needs, key=lambda n: n.ref), list(providers), Day(ON)))
    return outlook(
        hub.table,
        problem_of(hub, candidates(hub.table, hub.open)),
        hub.open,
        SITES,
        RecruitSettings(**supposed),
        assign or AssignSettings(),
        seconds,
    )


def said(found: Outlook) -> list[tuple[str | None, int]]:
    """By region, how many more."""
    return [(gain.profile.region, gain.more.met) for gain in found.gains]


def asked(gain: Gain) -> tuple[Kind, set[str], str | None, set[str]]:
    one = gain.profile
    return one.kind, set(one.perspectives), one.culture, set(one.languages)


def test_an_empty_hub_looks_for_nobody() -> None:
    found = look([])
    assert (found.reached, found.most, found.gains, len(found.beyond)) == (Score(), Score(), [], 0)
    assert found.whole


def test_where_everybody_can_be_matched_nobody_is_looked_for() -> None:
    found = look([wants(1), wants(2)], [gives(9, people=2)])
    assert found.reached.met == 2
    assert (found.gains, len(found.unmet)) == ([], 0)


def test_somebody_who_has_nobody_is_who_is_looked_for() -> None:
    [gain] = look([wants(1)]).gains
    assert asked(gain) == (PEER, {"consumer"}, None, set())
    assert gain.more == More(mandatory=0, met=1, people=1, proved=True)


def test_they_take_no_more_than_a_hub_supposes() -> None:
    needs = [wants(n) for n in range(1, 7)]
    assert said(look(needs)) == [("OTA", 4)]
    assert said(look(needs, people=2)) == [("OTA", 2)]


def test_somebody_in_one_place_frees_two_others_elsewhere() -> None:
    """Two in Cromwell and Dunedin can only meet in person; two in Auckland, by video, can have
    either of those who live there. Whoever comes to Auckland leaves both free."""
    near, far = frozenset({Mode.IN_PERSON}), frozenset({Mode.VIDEO})
    every = frozenset({Mode.IN_PERSON, Mode.VIDEO})
    north = {"point": AUCKLAND, "region": "AUK", "land": "North", "modes": far}
    needs = [
        wants(1, modes=near, point=CROMWELL, region="CEN"),
        wants(2, modes=near, point=DUNEDIN, region="OTA"),
        wants(3, **north),
        wants(4, **north),
    ]
    providers = [gives(8, modes=every, point=CROMWELL), gives(9, modes=every, point=DUNEDIN)]
    found = look(needs, providers, beyond_region=False)
    assert found.reached.met == 2
    assert said(found)[0] == ("AUK", 2)
    assert ("OTA", 1) in said(found)
    assert all(gain.more.proved for gain in found.gains)


def test_by_video_a_newcomer_helps_in_every_region_where_the_hub_supposes_so() -> None:
    needs = [wants(1), wants(2, point=AUCKLAND, region="AUK", land="North")]
    assert sorted(said(look(needs))) == [("AUK", 2), ("OTA", 2)]
    assert sorted(said(look(needs, beyond_region=False))) == [("AUK", 1), ("OTA", 1)]


def test_they_live_where_most_of_those_without_anybody_can_be_met() -> None:
    near = frozenset({Mode.IN_PERSON})
    needs = [wants(1, modes=near), wants(2, modes=near, point=DUNEDIN),
             wants(3, modes=near, point=DUNEDIN)]  # fmt: skip
    [gain] = look(needs).gains
    assert (gain.site.name, gain.more.met) == ("Dunedin", 2)


def test_a_region_without_a_known_place_is_reached_by_video_alone() -> None:
    found = look(
        [wants(1, region="NTL"), wants(2, region="NTL", modes=frozenset({Mode.IN_PERSON}))]
    )
    assert [(gain.site.name, gain.more.met) for gain in found.gains] == [("", 1)]
    assert len(found.beyond) == 1


def test_nobody_can_be_looked_for_where_the_culture_is_not_asked_yet() -> None:
    found = look([wants(1, CULTURAL), wants(2, CULTURAL, culture="Tongan"),
                  wants(3, perspectives=frozenset())])  # fmt: skip
    assert [asked(gain) for gain in found.gains] == [(CULTURAL, set(), "Tongan", set())]
    assert found.beyond.tolist() == [0, 2]


def test_two_kinds_are_two_people_and_the_mandatory_one_comes_first() -> None:
    needs = [wants(1, mandatory=True), wants(2, COACHING), wants(3, COACHING)]
    gains = look(needs).gains
    assert [(gain.profile.kind, gain.more.met) for gain in gains] == [(PEER, 1), (COACHING, 2)]
    assert [gain.more.mandatory for gain in gains] == [1, 0]


def test_more_is_asked_of_them_only_where_that_helps_more() -> None:
    """Who has both perspectives meets both; who speaks Dari is no more use to the other."""
    carer = frozenset({"carer"})
    needs = [wants(1), wants(2, perspectives=carer)]
    both, *single = look(needs).gains
    assert (asked(both)[1], both.more.met) == ({"consumer", "carer"}, 2)
    assert [(asked(gain)[1], gain.more.met) for gain in single] == [({"carer"}, 1),
                                                                   ({"consumer"}, 1)]  # fmt: skip
    [plain, dari] = sorted(look([*needs[:1], wants(3, needed_languages=frozenset({"Dari"}))]).gains,
                           key=lambda gain: gain.more.met)  # fmt: skip
    assert (asked(plain)[3], plain.more.met) == (set(), 1)
    assert (asked(dari)[3], dari.more.met) == ({"Dari"}, 2)


def test_the_common_language_is_asked_of_nobody() -> None:
    [gain] = look([wants(1, needed_languages=frozenset({"English"}))]).gains
    assert asked(gain)[3] == set()


def test_matches_that_run_stay() -> None:
    """Ana holds Ben, who could have the newcomer; Dan, whom only Ana may meet, still waits."""
    held = replace(wants(1), current=9)
    dan = wants(2, needed_languages=frozenset({"Dari"}))
    found = look([held, dan], [gives(9, shares=True, languages=frozenset({"Dari"}))])
    assert found.unmet.tolist() == [1]
    assert [asked(gain)[3] for gain in found.gains] == [{"Dari"}]


def test_periods_of_one_person_are_needs_and_the_person_is_one() -> None:
    one = wants(1)
    [gain] = look([one, replace(one, id=2, ref="n2")]).gains
    assert (gain.more.met, gain.more.people) == (2, 1)


def test_a_mandatory_need_may_take_the_hours_of_several() -> None:
    """Ana's hours hold the long mandatory one alone. With somebody else for that, both short
    ones are met too: two more for one place."""
    needs = [wants(1, mandatory=True), wants(2, minutes=300), wants(3, minutes=300)]
    found = look(needs, [gives(9, people=3, minutes=600)], people=1)
    assert found.reached == Score(1, 1, 0)
    assert found.gains[0].more == More(mandatory=0, met=2, people=2, proved=True)


def test_a_hub_too_large_to_solve_again_says_how_sure_it_is() -> None:
    """Others are moved along, up to one for each place; that two could be met is not seen."""
    needs = [wants(1, mandatory=True), wants(2, minutes=300), wants(3, minutes=300)]
    flows = AssignSettings(exact_needs=0)
    found = look(needs, [gives(9, people=3, minutes=600)], people=1, assign=flows)
    more = found.gains[0].more
    assert (more.met, more.proved) == (1, False)
    assert replace(found, most=found.reached).sure(more) == "at_least"
    assert replace(found, most=Score(1, 3, 0)).sure(more) == "about"
    assert found.sure(replace(more, proved=True)) == "proved"


def test_without_time_nothing_is_said_that_is_not_so() -> None:
    found = look([wants(n) for n in range(1, 4)], seconds=0)
    assert not found.whole
    assert found.gains == []


# against trying everything


def with_one(asked_: Problem, needs: Rows, people: int) -> Problem:
    """The problem with one more provider of the first kind, who can meet these needs."""
    return replace(
        asked_,
        need=np.concatenate([asked_.need, needs]),
        provider=np.concatenate([asked_.provider, np.full(len(needs), len(asked_.person))]),
        fit=np.concatenate([asked_.fit, np.zeros(len(needs), np.int64)]),
        person=np.append(asked_.person, 99),
        places=np.vstack([asked_.places, [people, 0]]),
        minutes=np.append(asked_.minutes, UNKNOWN),
        running=np.append(asked_.running, 0),
        capacity=np.append(asked_.capacity, people),
    )


def case(seed: int) -> tuple[Problem, Rows, int]:
    """A small hub, some needs of the first kind that somebody new could meet, and their places."""
    draw = Random(-seed)
    asked_ = replace(drawn(seed), load=0)
    asked_ = replace(asked_, fit=np.zeros_like(asked_.fit))
    could = [n for n in np.flatnonzero(asked_.kind == 0).tolist() if draw.random() < 0.7]
    return asked_, np.array(could, np.intp), draw.randint(1, 3)


def counted(asked_: Problem, needs: Rows, people: int, assign: AssignSettings) -> More | None:
    return each(asked_, [needs], people, assign)[0]


def each(
    asked_: Problem, those: list[Rows], people: int, assign: AssignSettings
) -> list[More | None]:
    """One more after the other, by the needs that each of them could meet."""
    budget = Budget(60)
    without = without_anybody_new(asked_, np.arange(len(asked_.effort)), assign, budget)
    reached = reach(without.problem, without.chosen, without.unmet)
    found = [Suited(Profile(PEER, None), Site(""), needs) for needs in those]
    return WithOne(without, reached, found, people).each(assign, budget)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
@example(3)
def test_small_hubs_are_counted_as_by_trying_everything(seed: int) -> None:
    asked_, needs, people = case(seed)
    more = counted(asked_, needs, people, AssignSettings())
    was, now = best(asked_), best(with_one(asked_, needs, people))
    assert more is not None
    assert more.worth == (now.mandatory - was.mandatory, now.met - was.met)
    assert more.proved


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_who_could_meet_a_part_adds_what_they_would_alone(seed: int) -> None:
    asked_, needs, people = case(seed)
    those = [needs, needs[1:], needs[2:]]
    together = each(asked_, those, people, AssignSettings())
    alone = [counted(asked_, some, people, AssignSettings()) for some in those]
    assert [more and (more.worth, more.proved) for more in together] == [
        more and (more.worth, more.proved) for more in alone
    ]


def test_who_could_meet_a_part_of_what_adds_nothing_is_not_solved_again() -> None:
    """The third needs all of Ana's hours; to take one of her two others off her is not enough."""
    wants_ = [Want(1, effort=300), Want(2, effort=300), Want(3, effort=600), Want(4)]
    fits = {(0, 0): 0, (1, 0): 0, (2, 0): 0, (3, 1): 0}
    asked_ = problem(wants_, [Give(8, minutes=600), Give(9)], fits)
    nothing = More(0, 0, 0, proved=True)
    assert each(asked_, [np.array([0, 3]), np.array([0])], 2, AssignSettings()) == [nothing] * 2
    [both] = each(asked_, [np.array([0, 1])], 2, AssignSettings())
    assert both == More(0, 1, 1, proved=True)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_large_ones_are_never_said_to_be_more_than_is_so(seed: int) -> None:
    """By moves and bounds alone, as in a hub that is too large to be solved again."""
    asked_, needs, people = case(seed)
    more = counted(asked_, needs, people, AssignSettings(exact_needs=0))
    was, now = best(asked_), best(with_one(asked_, needs, people))
    assert more is not None
    truth = (now.mandatory - was.mandatory, now.met - was.met)
    if more.proved:
        assert more.worth == truth


@pytest.mark.parametrize("people", [0, 3])
def test_an_offer_of_nobody_adds_nothing(people: int) -> None:
    more = counted(case(1)[0], np.zeros(0, np.intp), people, AssignSettings())
    assert more == More(0, 0, 0, proved=True)


def test_a_profile_of_both_asks_more_than_either() -> None:
    one = Profile(PEER, "OTA", PLAIN)
    both = replace(one, perspectives=PLAIN | {"carer"})
    assert both.asks_more_than(one)
    assert not one.asks_more_than(both)
    assert not both.asks_more_than(replace(one, region="AUK"))
    assert not one.asks_more_than(one)
