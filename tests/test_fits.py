"""The records as the rules of matching read them, the short list, and the two commands."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event

from supervisor.cli import main
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.models import (
    Choice,
    Conflict,
    Entitlement,
    Identity,
    Job,
    Leave,
    Match,
    Offering,
    Person,
    Provider,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.rules import fit
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need, Party
from supervisor.rules.kinds import Kind, MatchState, Mode, Reader, Role, Stance, Vocabulary
from supervisor.settings import HubSettings, read, save

ON = date(2027, 2, 10)
DAY = timedelta(days=1)


def owed(store: Store, person: Person, **changes: object) -> Entitlement:
    """An entitlement to external peer supervision this year, with what is given changed."""
    usual = {"kind": Kind.PEER_SUPERVISION, "sessions": 10, "minutes": 60, "mandatory": True}
    period = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}
    one = Entitlement(person=person, **{**usual, **period, **changes})
    store.add(one)
    store.flush()
    return one


def offering(store: Store, person: Person, **changes: object) -> Offering:
    usual = {"kind": Kind.PEER_SUPERVISION, "capacity": 4, "vetted_until": date(2028, 12, 31)}
    if store.get(Provider, person.id) is None:
        store.add(Provider(person_id=person.id))
        store.flush()
    one = Offering(person_id=person.id, **{**usual, **changes})
    store.add(one)
    store.flush()
    return one


def matched(store: Store, entitlement: Entitlement, person: Person, **changes: object) -> Match:
    usual = {"state": MatchState.ACTIVE, "starts_on": date(2027, 1, 1)}
    one = Match(entitlement=entitlement, provider=person, **{**usual, **changes})
    store.add(one)
    store.flush()
    return one


def needs(hub: Hub) -> list[str]:
    return [need.ref for need in hub.table.needs]


def need_of(hub: Hub, entitlement: Entitlement) -> Need:
    return next(need for need in hub.table.needs if need.id == entitlement.id)


def party_of(hub: Hub, person: Person) -> Party:
    parties = [n.worker for n in hub.table.needs] + [p.party for p in hub.table.providers]
    return next(party for party in parties if party.id == person.id)


def kept(hub: Hub) -> list[tuple[str, str]]:
    return [
        (hub.table.needs[n].ref, hub.table.providers[p].party.ref)
        for n, p in zip(hub.kept.need, hub.kept.provider, strict=True)
    ]


# needs


@pytest.mark.parametrize(
    ("starts", "ends", "is_one"),
    [
        (-90, -1, False),
        (-90, 0, True),
        (1, 90, True),
    ],
    ids=["ended yesterday", "ends today", "not begun"],
)
def test_a_need_is_an_entitlement_that_has_not_ended(
    store, cast, starts: int, ends: int, is_one: bool
) -> None:
    one = owed(store, cast.dan, starts_on=ON + starts * DAY, ends_on=ON + ends * DAY)
    assert (one.ref in needs(fits.loaded(store, ON))) == is_one


def test_only_matched_kinds_of_people_who_are_here_are_needs(store, cast) -> None:
    debrief = owed(store, cast.dan, kind=Kind.DEBRIEF)
    gone = owed(store, cast.mere)
    cast.mere.left_on = ON - DAY
    assert needs(fits.loaded(store, ON)) == ["ben-2027"]
    cast.mere.left_on = ON
    assert {debrief.ref, gone.ref} & {*needs(fits.loaded(store, ON))} == {gone.ref}


def test_rows_stand_in_the_order_of_their_ids_as_text(store, cast) -> None:
    for ref in ("10", "9", "Ä", "a"):
        owed(store, cast.dan, ref=ref, kind=Kind.COACHING, starts_on=ON, ends_on=ON)
    offering(store, cast.dan)
    hub = fits.loaded(store, ON)
    assert needs(hub) == ["10", "9", "a", "ben-2027", "Ä"]
    assert [p.party.ref for p in hub.table.providers] == ["ana", "dan"]


def test_a_need_carries_what_its_entitlement_says(store, cast) -> None:
    samoan = Word(vocabulary=Vocabulary.CULTURE, name="Samoan")
    one = owed(
        store, cast.dan, kind=Kind.CULTURAL_SUPERVISION, sessions=6, minutes=90, mandatory=False
    )
    one.culture_wanted, one.waiting_since = samoan, date(2027, 2, 1)
    need = need_of(fits.loaded(store, ON), one)
    assert (need.minutes, need.effort, need.culture_wanted) == (90, 540, "Samoan")
    assert (need.mandatory, need.waiting_since, need.current) == (False, date(2027, 2, 1), None)


# matches that stay


def test_a_match_that_runs_stays_and_fills_a_place_and_its_hours(store, cast) -> None:
    hub = fits.loaded(store, ON)
    assert kept(hub) == [("ben-2027", "ana")]
    assert hub.open.tolist() == []
    assert hub.table.offers[Kind.PEER_SUPERVISION]["taken"].tolist() == [1]
    assert hub.table.provider["minutes_taken"].tolist() == [600]


def test_reopened_it_keeps_who_holds_it_now(store, cast) -> None:
    hub = fits.loaded(store, ON, reopen=True)
    assert (kept(hub), hub.open.tolist()) == ([], [0])
    assert need_of(hub, cast.entitlement).current == cast.ana.id
    assert hub.table.offers[Kind.PEER_SUPERVISION]["taken"].tolist() == [0]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": ON - DAY, "state": MatchState.ENDED},
        {"state": MatchState.OFFERED},
        {"state": MatchState.DECLINED},
        {"cover": True},
    ],
    ids=["ended", "only offered", "declined", "cover"],
)
def test_what_does_not_run_leaves_the_need_open(store, cast, change: dict[str, object]) -> None:
    for name, value in change.items():
        setattr(cast.match, name, value)
    assert kept(fits.loaded(store, ON)) == []


def test_a_match_runs_through_its_last_day(store, cast) -> None:
    cast.match.ends_on = ON
    assert kept(fits.loaded(store, ON)) == [("ben-2027", "ana")]


def test_a_match_of_an_ended_entitlement_does_not_run(store, cast) -> None:
    cast.entitlement.ends_on = ON - DAY
    owed(store, cast.dan, ref="dan")
    hub = fits.loaded(store, ON)
    assert hub.table.offers[Kind.PEER_SUPERVISION]["taken"].tolist() == [0]
    assert party_of(hub, cast.dan).supervised_by == frozenset()


def test_a_match_that_both_accepted_for_later_holds_the_need(store, cast) -> None:
    one = owed(store, cast.dan, ref="dan", starts_on=ON + 30 * DAY)
    matched(store, one, cast.ana, starts_on=ON + 30 * DAY)
    hub = fits.loaded(store, ON)
    assert kept(hub) == [("ben-2027", "ana"), ("dan", "ana")]
    assert party_of(hub, cast.dan).supervised_by == frozenset()


def test_on_the_day_of_a_change_the_one_who_begins_holds_it(store, cast) -> None:
    cast.match.starts_on, cast.match.ends_on = ON - 9 * DAY, ON
    offering(store, cast.dan)
    matched(store, cast.entitlement, cast.dan, starts_on=ON + DAY)
    store.flush()
    assert need_of(fits.loaded(store, ON), cast.entitlement).current == cast.ana.id
    assert need_of(fits.loaded(store, ON + DAY), cast.entitlement).current == cast.dan.id


def test_cover_counts_only_as_supervising_now(store, cast) -> None:
    offering(store, cast.dan)
    matched(store, cast.entitlement, cast.dan, cover=True)
    hub = fits.loaded(store, ON)
    assert party_of(hub, cast.ben).supervised_by == {cast.ana.id, cast.dan.id}
    assert hub.table.offers[Kind.PEER_SUPERVISION]["taken"].tolist() == [1, 0]


def test_a_match_with_somebody_who_offers_nothing_any_more_is_open(store, cast) -> None:
    store.delete(cast.offering)
    store.flush()
    hub = fits.loaded(store, ON)
    assert hub.open.tolist() == [0]
    assert need_of(hub, cast.entitlement).current == cast.ana.id


# people


def test_a_person_is_read_whole(store, cast, now) -> None:
    ben = cast.ben
    ben.clinical, ben.travel_km, ben.years_experience = True, 80, 2.5
    ben.matters_most, ben.time_zone = ["near", "youth"], "Pacific/Chatham"
    given = {
        (Vocabulary.CULTURE, Stance.OWN): "Samoan",
        (Vocabulary.LANGUAGE, Stance.OWN): "English",
        (Vocabulary.LANGUAGE, Stance.NEEDED): "NZSL",
        (Vocabulary.GENDER, Stance.OWN): "man",
        (Vocabulary.GENDER, Stance.PREFERRED): "woman",
        (Vocabulary.FOCUS, Stance.OWN): "addiction",
        (Vocabulary.FOCUS, Stance.PREFERRED): "housing",
        (Vocabulary.PRACTICE_MODEL, Stance.OWN): "strengths",
    }
    for (vocabulary, stance), name in given.items():
        ben.traits.append(Trait(word=Word(vocabulary=vocabulary, name=name), stance=stance))
    ben.identity = Identity(
        agreed_on=ON, received_at=now, youth_until=date(2028, 1, 1), rainbow=True
    )
    store.add(Choice(person_id=ben.id, provider_id=cast.ana.id, rank=2))
    store.add(Conflict(person_id=ben.id, other_person_id=cast.dan.id))
    store.add(Conflict(person_id=ben.id, other_organisation_id=cast.harbour.id))
    found = party_of(fits.loaded(store, ON), ben)
    assert replace(found, windows=()) == Party(
        id=ben.id,
        ref="ben",
        point=(-45.04, 169.2),
        region="OTA",
        land="South",
        clinical=True,
        shares=True,
        perspectives=frozenset({"consumer"}),
        cultures=frozenset({"Samoan"}),
        languages=frozenset({"English"}),
        needed_languages=frozenset({"NZSL"}),
        genders=frozenset({"man"}),
        preferred_genders=frozenset({"woman"}),
        youth_until=date(2028, 1, 1),
        rainbow=True,
        focus=frozenset({"addiction"}),
        practice=frozenset({"strengths"}),
        modes=frozenset({Mode.VIDEO, Mode.PHONE}),
        travel_km=80,
        years=2.5,
        zone="Pacific/Chatham",
        matters_most=frozenset({"near", "youth"}),
        choices={cast.ana.id: 2},
        organisations=frozenset({cast.lakes.id}),
        above=frozenset({cast.mere.id}),
        against=frozenset({cast.dan.id}),
        against_organisations=frozenset({cast.harbour.id}),
        supervised_by=frozenset({cast.ana.id}),
    )
    assert sorted(found.windows) == [(weekday, 540, 900) for weekday in range(5)]


def test_identity_without_its_owners_yes_is_not_shared(store, cast, now) -> None:
    cast.ben.identity = Identity(agreed_on=None, received_at=now, rainbow=True)
    assert party_of(fits.loaded(store, ON), cast.ben).shares is False
    assert party_of(fits.loaded(store, ON), cast.ana).shares is False


def test_own_coordinates_come_first_and_the_place_says_region_and_land(store, cast) -> None:
    cast.ben.latitude, cast.ben.longitude = -44.0, -176.5
    ben = party_of(fits.loaded(store, ON), cast.ben)
    assert (ben.point, ben.region, ben.land) == ((-44.0, -176.5), "OTA", "South")
    cast.ben.latitude = cast.ben.longitude = cast.ben.place = None
    ben = party_of(fits.loaded(store, ON), cast.ben)
    assert (ben.point, ben.region, ben.land) == (None, None, None)


def test_a_person_without_a_zone_lives_in_the_hubs(store, cast) -> None:
    save(store, replace(read(store, HubSettings), time_zone="Pacific/Chatham"))
    assert party_of(fits.loaded(store, ON), cast.ben).zone == "Pacific/Chatham"


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (None, 0, True),
        (None, -1, False),
        (0, None, True),
        (1, None, False),
    ],
    ids=["ends today", "ended yesterday", "begins today", "begins tomorrow"],
)
def test_only_jobs_held_on_the_day_count(store, cast, starts, ends, held: bool) -> None:
    days = {"starts_on": starts, "ends_on": ends}
    store.add(
        Job(
            person=cast.ana,
            organisation=cast.lakes,
            role=Role.VOLUNTEER,
            manager=cast.rua,
            sole_peer=True,
            **{name: None if n is None else ON + n * DAY for name, n in days.items()},
        )
    )
    hub = fits.loaded(store, ON)
    ana = party_of(hub, cast.ana)
    assert (cast.lakes.id in ana.organisations, cast.rua.id in ana.above) == (held, held)
    assert ana.sole_peer == held
    assert kept(hub) == ([] if held else [("ben-2027", "ana")])


def test_managers_two_levels_up_are_above_and_a_circle_ends(store, cast) -> None:
    for person, manager in ((cast.mere, cast.rua), (cast.rua, cast.ana), (cast.ana, cast.mere)):
        store.add(Job(person=person, organisation=cast.hub, role=Role.MANAGER, manager=manager))
    hub = fits.loaded(store, ON)
    assert party_of(hub, cast.ben).above == {cast.mere.id, cast.rua.id, cast.ana.id}
    assert party_of(hub, cast.ana).above == {cast.mere.id, cast.rua.id}
    assert kept(hub) == []


def test_the_first_current_job_is_the_one_with_the_earliest_known_start(store, cast) -> None:
    for starts in (date(2027, 1, 5), date(2026, 12, 1), None):
        store.add(Job(person=cast.ben, organisation=cast.hub, role=Role.EDUCATOR, starts_on=starts))
    assert party_of(fits.loaded(store, ON), cast.ben).began_on == date(2026, 12, 1)


def test_a_conflict_with_an_organisation_is_one_with_everybody_who_works_there(store, cast) -> None:
    offering(store, cast.dan)
    one = owed(store, cast.ben, kind=Kind.PEER_SUPERVISION, ref="again")
    store.add(Conflict(person_id=cast.ben.id, other_organisation_id=cast.harbour.id))
    verdict = fits.explain(store, one, cast.dan, ON)
    assert [str(words) for words in verdict.obstacles] == ["Not available"]


# providers


def test_a_provider_is_read_with_offers_limits_and_days_away(store, cast) -> None:
    samoan = Word(vocabulary=Vocabulary.CULTURE, name="Samoan")
    offering(
        store,
        cast.ana,
        kind=Kind.CULTURAL_SUPERVISION,
        regions=["OTA", "STL"],
        vetted_until=None,
        cultures=[samoan],
    )
    cast.ana.left_on = date(2027, 6, 30)
    store.add(Leave(person_id=cast.ana.id, starts_on=ON, ends_on=ON + 9 * DAY))
    store.add(Leave(person_id=cast.ana.id, starts_on=ON - 9 * DAY, ends_on=ON))
    [ana] = fits.loaded(store, ON).table.providers
    cultural = ana.offers[Kind.CULTURAL_SUPERVISION]
    assert (cultural.regions, cultural.cultures) == ({"OTA", "STL"}, {"Samoan"})
    assert (cultural.capacity, cultural.vetted_until) == (4, None)
    assert (ana.minutes_a_year, ana.left_on, ana.leave) == (
        3600,
        date(2027, 6, 30),
        ((ON, ON + 9 * DAY),),
    )
    assert ana.capacity == 8


def test_hours_that_nobody_gave_are_no_limit(store, cast) -> None:
    store.get_one(Provider, cast.ana.id).hours_a_year = None
    assert fits.loaded(store, ON).table.providers[0].minutes_a_year is None


def test_the_hub_decides_whether_cultural_supervision_may_sit_inside(store, cast) -> None:
    assert fits.loaded(store, ON).table.day.external == {Kind.PEER_SUPERVISION}
    save(store, replace(read(store, HubSettings), cultural_inside_employer=False))
    external = fits.loaded(store, ON).table.day.external
    assert external == {Kind.PEER_SUPERVISION, Kind.CULTURAL_SUPERVISION}


def test_the_hubs_own_points_count(store, cast) -> None:
    save(store, FitSettings(base=7, continuity=0, waiting_most=0, time_most=0))
    assert fits.loaded(store, ON).kept.fit.tolist() == [7]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    engine = store.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_number_of_questions_does_not_grow_with_the_hub(store, cast) -> None:
    fits.loaded(store, ON)
    with counted(store) as few:
        fits.loaded(store, ON)
    for n in range(8):
        person = Person(ref=f"more{n}", name=f"More {n}", place=cast.dunedin, modes=[])
        person.windows = [Window(weekday=n % 5, starts_minute=540, ends_minute=900)]
        store.add(person)
        store.flush()
        offering(store, person)
        matched(store, owed(store, person, kind=Kind.COACHING), cast.ana)
        store.add(Job(person=person, organisation=cast.hub, role=Role.OTHER, manager=cast.rua))
    store.flush()
    with counted(store) as many:
        assert len(fits.loaded(store, ON).table.providers) == 9
    assert len(many) == len(few) <= 20


# the short list


@pytest.fixture
def dans(store, cast) -> Entitlement:
    """Dan, who has nobody; Ana could take him."""
    one = owed(store, cast.dan, ref="dan-2027", waiting_since=date(2027, 1, 31))
    store.commit()
    return one


def test_the_short_list_says_who_fits_and_why(store, cast, dans) -> None:
    [one] = fits.shortlist(store, dans, ON)
    assert one.provider is cast.ana
    assert one.fit == 100 + 60 + 10
    assert [str(words) for words in one.reasons] == [
        "Free at the same time: most mornings, most afternoons"
    ]
    assert [str(words) for words in one.drawbacks] == ["By video or phone, not in person"]


def test_nobody_is_suggested_who_has_no_room_or_has_it_now(store, cast, dans) -> None:
    assert fits.shortlist(store, cast.entitlement, ON) == []
    cast.offering.capacity = 1
    assert fits.shortlist(store, dans, ON) == []
    assert [str(w) for w in fits.explain(store, dans, cast.ana, ON).obstacles] == [
        "All places are taken"
    ]
    worker = fits.explain(store, dans, cast.ana, ON, Reader.WORKER)
    assert [str(words) for words in worker.obstacles] == ["Not available"]


def test_a_worker_is_shown_three_and_the_hub_ten_best_first(store, cast, dans) -> None:
    for n in range(12):
        person = Person(ref=f"p{n:02}", name=f"Provider {n}", modes=[])
        person.traits = [Trait(word=cast.consumer)]
        store.add(person)
        store.flush()
        offering(store, person)
        if n < 5:
            store.add(Choice(person_id=cast.dan.id, provider_id=person.id, rank=n + 1))
    ten = fits.shortlist(store, dans, ON)
    assert [one.provider.ref for one in ten[:6]] == ["p00", "p01", "p02", "p03", "p04", "ana"]
    assert [one.provider.ref for one in ten[6:]] == ["p05", "p06", "p07", "p08"]
    three = fits.shortlist(store, dans, ON, reader=Reader.WORKER)
    assert [one.provider.ref for one in three] == ["p00", "p01", "p02"]
    assert len(fits.shortlist(store, dans, ON, 1)) == 1


def test_why_and_why_not_can_be_asked_of_everybody(store, cast, dans) -> None:
    offering(store, cast.rua)
    offering(store, cast.cleo, kind=Kind.COACHING)
    first, second = fits.explain_all(store, dans, ON)
    assert (first.provider, first.fit, first.obstacles) == (cast.ana, 170, [])
    assert "Days of waiting: 10" in [str(words) for words in first.reasons]
    assert (second.provider, second.fit, second.reasons) == (cast.rua, None, [])
    assert "Works for the same employer" in [str(words) for words in second.obstacles]


def test_who_holds_the_match_now_is_explained_as_running(store, cast) -> None:
    cast.offering.capacity = 1
    store.add(Leave(person_id=cast.ana.id, starts_on=ON, ends_on=ON + 99 * DAY))
    verdict = fits.explain(store, cast.entitlement, cast.ana, ON)
    assert verdict.obstacles == []
    assert "They meet already" in [str(words) for words in verdict.reasons]


def test_somebody_who_offers_nothing_is_said_so_to_the_hub_alone(store, cast, dans) -> None:
    hub = fits.explain(store, dans, cast.mere, ON)
    worker = fits.explain(store, dans, cast.mere, ON, Reader.WORKER)
    assert [str(words) for words in hub.obstacles] == ["Does not offer this kind of support"]
    assert [str(words) for words in worker.obstacles] == ["Not available"]


def test_what_needs_no_match_is_refused_in_words(store, cast) -> None:
    cast.entitlement.ends_on = ON - DAY
    for ask in (
        lambda: fits.shortlist(store, cast.entitlement, ON),
        lambda: fits.explain(store, cast.entitlement, cast.ana, ON),
        lambda: fits.explain(store, cast.entitlement, cast.mere, ON),
        lambda: fits.explain_all(store, cast.entitlement, ON),
    ):
        with pytest.raises(Refused, match="period is over"):
            ask()


def test_the_worker_is_asked_first_which_culture_is_wanted(store, cast) -> None:
    one = owed(store, cast.dan, kind=Kind.CULTURAL_SUPERVISION)
    assert fits.shortlist(store, one, ON) == []
    assert "which culture" in str(fits.first_ask(one))
    one.culture_wanted = Word(vocabulary=Vocabulary.CULTURE, name="Samoan")
    store.flush()
    assert fits.first_ask(one) is None
    assert fits.first_ask(cast.entitlement) is None


def test_all_pairs_of_the_records_are_those_of_the_values(store, cast, dans) -> None:
    hub = fits.loaded(store, ON)
    found = fit.candidates(hub.table, hub.open)
    assert [hub.table.needs[n].ref for n in found.need] == ["dan-2027"]
    assert [hub.table.providers[p].party.ref for p in found.provider] == ["ana"]
    assert found.fit.tolist() == [170]


# the commands


@pytest.fixture
def run(database, cast, dans):
    """A command, run as from a shell on 10 February 2027."""
    env = {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_NOW": "2027-02-10T09:00:00+13:00",
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, list(words), env=env)

    return run


def test_the_short_list_can_be_printed(run) -> None:
    said = run("shortlist", "dan-2027")
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "Dan Foley, peer supervision, on 2027-02-10",
        "Ana Rewi (ana), fit 170",
        "  + Free at the same time: most mornings, most afternoons",
        "  - By video or phone, not in person",
    ]


def test_the_short_list_as_json_is_of_the_day_that_was_asked(run) -> None:
    said = json.loads(run("shortlist", "dan-2027", "--json", "--on", "2027-02-11").output)
    assert said["on"] == "2027-02-11"
    assert (said["entitlement"], said["person"], said["kind"]) == (
        "dan-2027",
        "dan",
        "peer_supervision",
    )
    [one] = said["suggestions"]
    assert (one["provider"], one["name"], one["fit"]) == ("ana", "Ana Rewi", 171)


def test_for_a_worker_no_points_are_printed(run) -> None:
    [one] = json.loads(run("shortlist", "dan-2027", "--for", "worker", "--json").output)[
        "suggestions"
    ]
    assert "fit" not in one
    assert "fit" not in run("explain", "dan-2027", "ana", "--for", "worker").output


def test_nobody_to_suggest_is_said_and_is_no_failure(run) -> None:
    said = run("shortlist", "ben-2027")
    assert said.exit_code == 0
    assert "Nobody fits on this day" in said.output


def test_why_not_can_be_printed(run) -> None:
    one = run("explain", "dan-2027", "mere")
    assert one.exit_code == 0
    assert one.output.splitlines()[1:] == [
        "Mere Parata (mere)",
        "  - Does not offer this kind of support",
    ]
    everyone = json.loads(run("explain", "dan-2027", "--json").output)["providers"]
    assert [(p["provider"], p["may_be_matched"], p["why_not"]) for p in everyone] == [
        ("ana", True, [])
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["shortlist", "nobody"], 1, "No entitlement has the id nobody."),
        (["explain", "nobody"], 1, "No entitlement has the id nobody."),
        (["explain", "dan-2027", "nobody"], 1, "Nobody here has the address or id nobody."),
        (["shortlist", "dan-2027", "--on", "2029-01-01"], 1, "period is over"),
        (["shortlist"], 2, "Missing argument"),
        (["shortlist", "dan-2027", "--count", "0"], 2, "--count"),
        (["explain", "dan-2027", "--on", "soon"], 2, "--on"),
    ],
)
def test_what_could_not_be_done_says_why(run, words: list[str], code: int, said: str) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert said in result.output
