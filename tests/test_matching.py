"""Everybody matched at once, from the records to the rows of the answer, and the command."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from supervisor import workbook
from supervisor.cli import main
from supervisor.matches import matching
from supervisor.models import Conflict, Match, Provider, Store
from supervisor.rules.assign import AssignSettings, Score
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Kind, MatchState
from supervisor.settings import save
from tests.test_fits import offering, owed
from tests.workbooks import DISTRICT

ON = date(2027, 2, 10)
HEAD = "entitlement_id,person_id,kind,provider_id,fit"


def pairs(answer: matching.Answer) -> list[tuple[str, str]]:
    return [(row.entitlement, row.provider) for row in answer.rows]


def test_an_empty_hub_has_an_empty_answer(store: Store) -> None:
    answer = matching.solve(store, ON)
    assert (answer.rows, answer.needs, answer.reached) == ([], 0, Score())
    assert str(answer.summary) == "met 0 of 0, at most 0 can be; total 0, at most 0.0 % more"


def test_a_match_that_runs_stays_and_counts(store, cast) -> None:
    """Ana's second person costs 200 × 1 ÷ 4."""
    owed(store, cast.dan, ref="dan-2027")
    answer = matching.solve(store, ON)
    assert pairs(answer) == [("ben-2027", "ana"), ("dan-2027", "ana")]
    assert [row.kept for row in answer.rows] == [True, False]
    assert answer.reached.total == sum(row.fit for row in answer.rows) - 50
    assert answer.reached == answer.most
    assert answer.needs == 2


def test_places_that_are_taken_are_not_given_twice(store, cast) -> None:
    cast.offering.capacity = 1
    owed(store, cast.dan, ref="dan-2027")
    answer = matching.solve(store, ON)
    assert pairs(answer) == [("ben-2027", "ana")]
    assert answer.most.met == 1


def test_hours_that_are_taken_are_not_given_twice(store, cast) -> None:
    store.get_one(Provider, cast.ana.id).hours_a_year = 19.9
    owed(store, cast.dan, ref="dan-2027")
    assert pairs(matching.solve(store, ON)) == [("ben-2027", "ana")]


def test_a_provider_who_is_forbidden_now_is_given_up(store, cast) -> None:
    store.add(Conflict(person_id=cast.ben.id, other_person_id=cast.ana.id))
    answer = matching.solve(store, ON)
    assert answer.rows == []
    assert (answer.needs, answer.most.met) == (1, 0)


def test_what_ended_yesterday_is_no_need(store, cast) -> None:
    cast.match.state, cast.match.ends_on = MatchState.ENDED, date(2027, 2, 9)
    cast.entitlement.ends_on = date(2027, 2, 9)
    store.flush()
    assert matching.solve(store, ON).needs == 0


def test_opened_again_the_one_place_goes_to_whom_it_fits_best(store, cast) -> None:
    """Ben has Ana, whose one place Dan must have; Ben's is not mandatory any more."""
    cast.offering.capacity, cast.entitlement.mandatory = 1, False
    owed(store, cast.dan, ref="dan-2027")
    assert pairs(matching.solve(store, ON)) == [("ben-2027", "ana")]
    assert pairs(matching.solve(store, ON, reopen=True)) == [("dan-2027", "ana")]


def test_opened_again_who_keeps_their_provider_is_no_new_match(store, cast) -> None:
    answer = matching.solve(store, ON, reopen=True)
    assert pairs(answer) == [("ben-2027", "ana")]
    assert answer.rows[0].kept
    assert answer.rows[0].fit == matching.solve(store, ON).rows[0].fit


def test_the_hub_decides_whether_a_provider_wears_two_hats(store, cast) -> None:
    offering(store, cast.ana, kind=Kind.COACHING)
    owed(store, cast.ben, ref="ben-coaching", kind=Kind.COACHING)
    assert pairs(matching.solve(store, ON)) == [("ben-2027", "ana")]
    save(store, FitSettings(one_hat=False))
    assert pairs(matching.solve(store, ON)) == [("ben-2027", "ana"), ("ben-coaching", "ana")]


def test_the_settings_of_the_solver_are_the_hubs(store, cast) -> None:
    save(store, AssignSettings(exact_needs=0))
    owed(store, cast.dan, ref="dan-2027")
    assert len(matching.solve(store, ON).rows) == 2


def test_the_district_is_solved_alike_each_time_and_proved(store) -> None:
    """The same rows on both engines, whatever their own order of text is."""
    now = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    workbook.import_workbook(store, DISTRICT, now, add_words=True)
    on = date(2026, 11, 24)
    first, again = (matching.solve(store, on, reopen=True) for _ in range(2))
    assert first == again
    assert first.reached == first.most
    refs = [row.entitlement for row in first.rows]
    assert refs == sorted(refs)
    assert len(set(refs)) == len(refs) == first.reached.met


# the command


@pytest.fixture
def run(database, store, cast):
    """The command, run as from a shell on 10 February 2027; Dan has nobody."""
    owed(store, cast.dan, ref="dan-2027")
    store.commit()
    env = {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_NOW": "2027-02-10T09:00:00+13:00",
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["match", *words], env=env)

    return run


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_answer_is_printed_and_how_good_it_is_said(run) -> None:
    said = run()
    assert said.exit_code == 0
    head, *found = rows(said.stdout)
    assert ",".join(head) == HEAD
    assert [row[:4] for row in found] == [
        ["ben-2027", "ben", "peer_supervision", "ana"],
        ["dan-2027", "dan", "peer_supervision", "ana"],
    ]
    assert "so far: met 2, at most 2 can be; total " in said.stderr
    assert "met 2 of 2, at most 2 can be; total " in said.stderr


def test_the_answer_can_go_to_a_file(run, tmp_path) -> None:
    said = run("--out", str(tmp_path / "answer.csv"), "--seconds", "5")
    assert (tmp_path / "answer.csv").read_bytes().startswith(HEAD.encode() + b"\nben-2027,")
    assert said.stdout.startswith("met 2 of 2, at most 2 can be; total ")


def test_the_answer_as_json_holds_its_bound(run) -> None:
    said = json.loads(run("--json").stdout)
    assert (said["needs"], said["met"], said["at_most"]["met"], said["offered"]) == (2, 2, 2, None)
    assert said["total"] == said["at_most"]["total"]
    assert [one["entitlement_id"] for one in said["matches"]] == ["ben-2027", "dan-2027"]


def test_another_day_gives_another_answer(run) -> None:
    [_, _, one] = rows(run().stdout)
    [_, _, later] = rows(run("--on", "2027-02-11").stdout)
    assert one[:4] == later[:4]
    assert rows(run("--on", "2028-01-01").stdout) == [HEAD.split(",")]


def test_what_is_new_can_be_offered_at_once(run, store) -> None:
    said = run("--propose")
    assert said.exit_code == 0
    assert "Offers made: 1" in said.stderr
    store.expire_all()
    offered = store.scalars(select(Match).where(Match.state == MatchState.OFFERED)).all()
    assert [(one.entitlement.ref, one.provider.ref) for one in offered] == [("dan-2027", "ana")]


def test_without_it_nothing_is_written(run, store) -> None:
    assert "So fewer may be met than without --reopen." in run("--reopen").stderr
    store.expire_all()
    assert [m.state for m in store.scalars(select(Match))] == [MatchState.ACTIVE]


def test_what_libraries_print_does_not_stand_among_the_rows() -> None:
    program = (
        "import ctypes\n"
        "from supervisor.commands.frame import only_ours_on_stdout\n"
        "with only_ours_on_stdout():\n"
        "    ctypes.CDLL(None).printf(b'theirs')\n"
        "print('ours')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"ours\n", b"theirs")
