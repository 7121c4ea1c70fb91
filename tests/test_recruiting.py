"""Whom to look for next, from the records to the words, the command and the page."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from supervisor import clock, localities, recruit_searches, recruiting, searching, wording, workbook
from supervisor.cli import main
from supervisor.models import Identity, Place, RecruitSearch, Store, Trait, Word
from supervisor.recruiting import Sought
from supervisor.rules.kinds import Kind, Mode, Stance, Vocabulary
from supervisor.rules.recruit_more import More
from supervisor.rules.recruit_profiles import Profile, RecruitSettings, Site
from supervisor.rules.regions import REGIONS, region_name
from supervisor.settings import save
from tests.test_fits import owed
from tests.workbooks import DISTRICT

ON = date(2027, 2, 10)
CARER = Profile(Kind.PEER_SUPERVISION, "OTA", frozenset({"carer"}))


def said(one: Sought) -> str:
    return " ".join(map(str, one.who))


def sought(more: More, sure: str = "proved", **changes: Any) -> Sought:
    profile = replace(CARER, **changes)
    return Sought(profile, [Site("Cromwell", region="OTA")], more, sure)


@pytest.fixture
def carers(store: Store, cast) -> None:
    """Dan and Rua, of the carer perspective, have nobody; Ana is of the other."""
    cast.dan.traits[0].word = cast.carer
    store.add(Trait(person_id=cast.rua.id, word=cast.carer))
    for person in (cast.dan, cast.rua):
        owed(store, person, ref=f"{person.ref}-2027")
    store.commit()


def test_an_empty_hub_looks_for_nobody(store: Store) -> None:
    found = recruiting.search(store, ON)
    assert (found.open, found.unmet, found.sought, found.beyond) == (0, 0, [], [])


def test_whom_two_carers_need_is_said_in_words(store: Store, carers) -> None:
    found = recruiting.search(store, ON)
    [one] = found.sought
    assert said(one) == "An external peer supervisor near Dunedin with a carer perspective"
    assert str(one.adds) == "2 more people would have somebody."
    assert str(one.must) == "It is mandatory for all."
    assert (found.open, found.reached.met, found.unmet) == (2, 0, 2)


def test_one_who_can_have_somebody_who_is_there_needs_nobody_new(store: Store, cast) -> None:
    owed(store, cast.dan, ref="dan-2027")
    found = recruiting.search(store, ON)
    assert (found.open, found.reached.met, found.sought) == (1, 1, [])


def test_regions_in_which_they_would_add_the_same_are_one(store: Store, cast, carers) -> None:
    gore = Place(ref="gore", name="Gore", latitude=-46.1, longitude=168.94, region="STL",
                 land="South")  # fmt: skip
    store.add(gore)
    cast.rua.place = gore
    [one] = recruiting.search(store, ON).sought
    assert "near Dunedin or Gore" in said(one)
    save(store, RecruitSettings(beyond_region=False))
    [alone] = recruiting.search(store, ON).sought
    assert (said(alone), alone.more.met) == (said(one), 1)


def test_nobody_is_met_in_person_at_a_place_without_coordinates(store: Store, cast, carers) -> None:
    cast.dunedin.latitude = cast.cromwell.latitude = None
    [one] = recruiting.search(store, ON).sought
    assert one.more.met == 2
    cast.dan.modes = cast.rua.modes = [Mode.IN_PERSON]
    found = recruiting.search(store, ON)
    assert found.sought == []
    first = [owed_.person.name for owed_ in recruiting.ask_first(store, found)]
    assert first == ["Dan Foley", "Rua Finch"]


def test_a_culture_counts_where_it_is_wanted_and_a_language_where_it_is_needed(
    store: Store, cast, now
) -> None:
    """What somebody is, and has not shared, is nobody's wish."""
    tongan, samoan = (Word(vocabulary=Vocabulary.CULTURE, name=n) for n in ("Tongan", "Samoan"))
    hindi = Word(vocabulary=Vocabulary.LANGUAGE, name="Hindi")
    nzsl = Word(vocabulary=Vocabulary.LANGUAGE, name="NZSL")
    store.add_all([tongan, samoan, hindi, nzsl])
    cast.dan.traits += [Trait(word=samoan), Trait(word=nzsl),
                        Trait(word=hindi, stance=Stance.NEEDED)]  # fmt: skip
    store.add(Identity(person=cast.dan, received_at=now))
    owed(store, cast.dan, ref="dan-2027", kind=Kind.CULTURAL_SUPERVISION, culture_wanted=tongan,
         mandatory=False)  # fmt: skip
    [one] = recruiting.search(store, ON).sought
    assert said(one) == "A cultural supervisor near Dunedin vetted for Tongan who speaks Hindi"
    assert one.must is None


def test_who_cannot_be_helped_yet_is_named(store: Store, cast) -> None:
    owed(store, cast.dan, ref="dan-2027", kind=Kind.CULTURAL_SUPERVISION)
    found = recruiting.search(store, ON)
    assert found.beyond == ["dan-2027"]


def test_the_hub_decides_how_many_they_would_take(store: Store, carers) -> None:
    save(store, RecruitSettings(people=1))
    [one] = recruiting.search(store, ON).sought
    assert str(one.adds) == "1 more person would have somebody."


@pytest.mark.parametrize(
    ("more", "sure", "words"),
    [
        (More(0, 1, 1, True), "proved", "1 more person would have somebody."),
        (More(0, 3, 3, False), "at_least", "At least 3 more people would have somebody."),
        (More(0, 1, 1, False), "about", "About 1 more person would have somebody."),
        (More(0, 3, 2, True), "proved", "3 more needs of 2 people would be met."),
        (More(2, 1, 1, True), "proved",
         "2 more who must have it would have somebody; of others 1 fewer."),
    ],
)  # fmt: skip
def test_it_says_how_sure_it_is(more: More, sure: str, words: str) -> None:
    assert str(sought(more, sure).adds) == words


def test_how_many_must_have_it_is_said_where_some_must() -> None:
    assert sought(More(0, 2, 2, True)).must is None
    assert sought(More(2, 1, 1, True)).must is None
    assert str(sought(More(1, 2, 2, True)).must) == "It is mandatory for 1 of them."
    assert str(sought(More(1, 1, 1, True)).must) == "It is mandatory."


def test_several_words_are_joined(app) -> None:
    both = sought(More(0, 1, 1, True), perspectives=frozenset({"carer", "consumer"}),
                  languages=frozenset({"Hindi", "NZSL", "Dari"}))  # fmt: skip
    with app.test_request_context():
        assert wording.sentence(both.who) == (
            "An external peer supervisor near Cromwell with a carer and consumer perspective "
            "who speaks Dari, Hindi and NZSL"
        )
    nowhere = replace(both, sites=[Site("")])
    assert "near" not in said(nowhere)


def test_the_district_needs_a_mentor_who_speaks_dari(store: Store) -> None:
    """The same on both engines, and proved; Tipene must be asked first which culture he wants."""
    workbook.import_workbook(store, DISTRICT, datetime(2026, 11, 23, 20, 30, tzinfo=UTC),
                             add_words=True)  # fmt: skip
    first, again = (recruiting.search(store, date(2026, 11, 24)) for _ in range(2))
    assert first == again
    assert first.reached == first.most
    assert all(one.sure == "proved" for one in first.sought)
    assert "who speaks Dari" in said(first.sought[0])
    assert "tipene-cultural" in first.beyond


# the command


@pytest.fixture
def run(database, store, carers):
    """The command, run as from a shell on 10 February 2027."""
    env = {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_NOW": "2027-02-10T09:00:00+13:00",
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["recruit", *words], env=env)

    return run


def test_it_is_printed_best_first(run) -> None:
    done = run()
    assert done.exit_code == 0
    head, one = done.stdout.splitlines()
    assert head == "2 needs have nobody; 0 can be met by those who are there, at most 0 can be."
    assert one == (
        "An external peer supervisor near Dunedin with a carer perspective: "
        "2 more people would have somebody. It is mandatory for all."
    )


def test_as_json_it_holds_every_part(run) -> None:
    told = json.loads(run("--json", "--seconds", "5").stdout)
    assert (told["open"], told["met"], told["at_most"]["met"], told["whole"]) == (2, 0, 0, True)
    [one] = told["look_for"]
    assert (one["kind"], one["regions"], one["places"]) == ("peer_supervision", ["OTA"],
                                                            ["Dunedin"])  # fmt: skip
    assert (one["perspectives"], one["culture"], one["languages"]) == (["carer"], None, [])
    assert (one["more"], one["more_mandatory"], one["people"], one["sure"]) == (2, 2, 2, "proved")


def test_another_day_another_answer(run) -> None:
    assert "Everybody who can be matched is matched." in run("--on", "2028-02-10").stdout


def test_who_must_be_asked_and_what_there_was_no_time_for_is_said(run, store, cast) -> None:
    owed(store, cast.ben, ref="ben-cultural", kind=Kind.CULTURAL_SUPERVISION)
    store.commit()
    said_ = run().stdout
    assert "ben-cultural (Ben Harris): something must be asked of them first." in said_
    assert "Time was over before all were looked at" in run("--seconds", "0").stdout


def test_wrong_use_and_no_database_are_told_apart(run, tmp_path) -> None:
    assert run("--seconds", "-1").exit_code == 2
    env = {"SUPERVISOR_DATABASE": f"sqlite:///{tmp_path}/none.db", "SUPERVISOR_SECRET_KEY": "x"}
    done = CliRunner().invoke(main, ["recruit"], env=env)
    assert done.exit_code == 1
    assert "supervisor init" in done.stderr


# the page


def looked(cast, sign_in) -> str:
    """The page once somebody had it looked for."""
    cleo = sign_in(cast.cleo)
    cleo.post("/recruit")
    while searching.for_recruits(clock.now()):
        pass
    return cleo.get("/recruit").text


def test_nothing_is_looked_for_until_somebody_asks(cast, carers, sign_in) -> None:
    page = sign_in(cast.cleo).get("/recruit").text
    assert "Nobody has looked yet" in page
    assert not searching.for_recruits(clock.now())


def test_the_page_shows_how_far_it_is_and_keeps_what_was_found(
    store: Store, cast, carers, now, sign_in
) -> None:
    looked(cast, sign_in)
    cleo = sign_in(cast.cleo)
    cleo.post("/recruit")
    cleo.post("/recruit")
    search = recruit_searches.claim(store, now)
    assert recruit_searches.claim(store, now) is None
    assert "We are looking" in cleo.get("/recruit").text
    recruit_searches.note(store, search.id, 1, 4)
    store.commit()
    page = cleo.get("/recruit").text
    assert "So far 1 of 4 kinds of people have been looked at." in page
    assert "Below is what was found last." in page
    assert "2 more people would have somebody." in page
    assert len(store.scalars(select(RecruitSearch)).all()) == 2


def test_what_was_found_is_kept_whole_with_its_day(store: Store, cast, carers, sign_in) -> None:
    page = looked(cast, sign_in)
    assert "Found on Wednesday 10 February, 9:00 am." in page
    kept = recruit_searches.answer(recruit_searches.kept(store))
    assert kept == recruiting.search(store, ON)


def test_one_that_breaks_says_so_and_stops_nothing(
    store: Store, cast, carers, sign_in, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(recruiting, "answer", lambda *_: 1 // 0)
    assert "That did not work." in looked(cast, sign_in)


def test_a_region_is_said_by_its_name(store: Store, cast, carers, sign_in) -> None:
    assert str(region_name("AU-TAS")) == "Tasmania"
    assert str(region_name("Our own")) == "Our own"
    nowhere = sought(More(0, 1, 1, True))
    nowhere = replace(nowhere, sites=[Site("", region="OTA"), Site("", region="STL")])
    assert said(nowhere).startswith("An external peer supervisor in Otago or Southland with")
    page = sign_in(cast.cleo).get("/capacity").text
    assert "Otago" in page
    assert "OTA" not in page


def test_every_region_of_a_known_town_has_a_name() -> None:
    with localities.TABLE.open(encoding="utf-8") as file:
        assert {row["region"] for row in csv.DictReader(file)} <= set(REGIONS)


def test_the_page_says_whom_and_how_many_more(store: Store, cast, carers, sign_in) -> None:
    page = looked(cast, sign_in)
    assert "An external peer supervisor near Dunedin with a carer perspective" in page
    assert "2 more people would have somebody." in page
    assert "2 needs have nobody who fits." in page
    assert "They take 4 people" in page
    assert "Dan Foley" not in page


def test_the_page_says_so_when_everybody_can_be_matched(store: Store, cast, sign_in) -> None:
    page = looked(cast, sign_in)
    assert "Everybody who can be matched is matched" in page


def test_the_page_names_who_must_be_asked_first(store: Store, cast, sign_in) -> None:
    owed(store, cast.dan, ref="dan-2027", kind=Kind.CULTURAL_SUPERVISION)
    store.commit()
    page = looked(cast, sign_in)
    assert "Ask these people first" in page
    assert "Dan Foley" in page
    assert "Everybody who can be matched is matched" not in page


def test_the_page_shows_as_many_rows_as_the_hub_likes(store: Store, cast, carers, sign_in) -> None:
    owed(store, cast.ben, ref="ben-coaching", kind=Kind.COACHING)
    save(store, RecruitSettings(rows=1))
    store.commit()
    page = looked(cast, sign_in)
    assert "1 other would help as much as the last of these, or less." in page
    assert "A coach" not in page


def test_without_time_the_page_says_that_it_looked_at_some(
    store: Store, cast, carers, sign_in
) -> None:
    save(store, RecruitSettings(seconds=0))
    store.commit()
    assert "There was no time to look at everybody." in looked(cast, sign_in)
