"""A simulated year, small enough for a test: the real acts, two ways of working, one bound."""

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from supervisor import clock
from supervisor.cli import main
from supervisor.commands.simulate import live
from supervisor.commands.simulate_report import Lived, csv_of, rates_of
from supervisor.errors import Refused
from supervisor.rules.chance import Rates, Year

CALM = Rates(
    illness=0, holidays=0, worker_leaves=0, provider_leaves=0, calls_off=0, forgets=0,
    says_unasked=1, answers_letter=1, looks_a_week=1, keeps_plan=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def lived() -> Lived:
    """Six weeks of three workers, to whom nothing bad happens."""
    return live(Year(1, date(2027, 1, 1), date(2027, 2, 11), CALM), workers=3)


def test_in_a_calm_year_everything_that_can_be_is_delivered(lived: Lived) -> None:
    assert lived.product.ended
    for one in lived.product.ended:
        assert one.delivered == one.held == lived.bounds[one.id]


def test_the_product_holds_no_less_than_a_series_that_nobody_follows_up(lived: Lived) -> None:
    for series, product in zip(lived.series.ended, lived.product.ended, strict=True):
        assert series.held <= product.held


def test_nothing_is_held_above_the_bound(lived: Lived) -> None:
    for way in (lived.series, lived.product):
        assert all(one.held <= lived.bounds[one.id] <= one.contracted for one in way.ended)


def test_every_missing_session_has_a_cause(lived: Lived) -> None:
    for way in (lived.series, lived.product):
        for one in way.ended:
            assert one.causes.total() == one.contracted - one.held


def test_where_nobody_follows_up_no_letter_is_acted_on(lived: Lived) -> None:
    assert {what.partition(":")[0] for what in lived.series.pressed} <= {"letter"}
    assert lived.product.pressed["plan kept"]


def test_nobody_is_warned_of_before_the_year_has_begun(lived: Lived) -> None:
    full = [one for one in lived.series.ended if not one.short]
    assert full
    assert all(one.warned is None for one in full)


def test_no_job_breaks_in_it(lived: Lived) -> None:
    assert lived.series.failed == lived.product.failed == 0


def test_the_clock_is_put_back(lived: Lived) -> None:
    assert abs((clock.now() - clock.really()).total_seconds()) < 60


def test_the_csv_has_a_line_for_each(lived: Lived) -> None:
    rows = list(csv.DictReader(csv_of(lived).splitlines()))
    assert [row["entitlement_id"] for row in rows] == [one.ref for one in lived.product.ended]
    assert sum(int(row["product_held"]) for row in rows) == sum(
        one.held for one in lived.product.ended
    )


def test_rates_come_from_a_file_and_an_option_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / "rates.txt"
    file.write_text("illness = 3  # a bad winter\n\nforgets=0.1\n", encoding="utf-8")
    assert rates_of(file, ["forgets=0.2"]) == Rates(illness=3, forgets=0.2)


def test_what_is_no_rate_is_refused(tmp_path: Path) -> None:
    for given in ("luck=1", "illness", "illness=often"):
        with pytest.raises(Refused):
            rates_of(None, [given])
    with pytest.raises(Refused):
        rates_of(tmp_path / "none.txt", [])


def test_the_command_prints_its_rates_and_every_figure(tmp_path: Path) -> None:
    out = tmp_path / "year.csv"
    asked = ["--days", "14", "--workers", "1", "--rate", "illness=2", "--out", str(out)]
    ran = CliRunner().invoke(main, ["simulate", *asked])
    assert ran.exit_code == 0, ran.output
    for words in ("illness=2", "a fixed series", "this product", "(a bound)", "false alarms"):
        assert words in ran.output
    assert out.read_text().startswith("entitlement_id,")
