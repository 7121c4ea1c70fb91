"""`supervisor match`: everybody who is open, matched together as well as can be."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from supervisor import clock, matches, matching, wording
from supervisor.commands.frame import (
    day_asked,
    json_option,
    on_option,
    opened_store,
    print_json,
    refusals,
)
from supervisor.matches import Row
from supervisor.matching import Answer
from supervisor.rules.assign import Score

COLUMNS = ("entitlement_id", "person_id", "kind", "provider_id", "fit")


@click.command()
@on_option
@click.option("--seconds", type=click.FloatRange(min=0), help="How long to look at most.")
@click.option("--reopen", is_flag=True, help="Open the matches that run too.")
@click.option("--propose", is_flag=True, help="Offer what is new to the workers.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write CSV here.")
@json_option
@refusals
def match(
    *,
    on: datetime | None,
    seconds: float | None,
    reopen: bool,
    propose: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Match everybody who has nobody; the matches that run and are lawful stay."""
    with opened_store() as store:
        day = day_asked(store, on)
        answer = matching.solve(store, day, seconds, reopen=reopen, say=_progress)
        offered = len(matches.propose(store, answer.rows, clock.now())) if propose else None
        summary = wording.say(answer.summary)
    if out:
        with out.open("w", encoding="utf-8", newline="") as file:
            _write(file, answer.rows)
    if as_json:
        print_json(_facts(answer, summary, offered))
        return
    if not out:
        _write(click.get_text_stream("stdout"), answer.rows)
    click.echo(summary, err=not out)
    if offered is not None:
        click.echo(f"Offers made: {offered}", err=not out)


def _progress(score: Score) -> None:
    click.echo(f"so far: met {score.met:,}, total {score.total:,}", err=True)


def _write(file: TextIO, rows: Iterable[Row]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)


def _cells(row: Row) -> tuple[str, str, str, str, int]:
    return row.entitlement, row.person, row.kind, row.provider, row.fit


def _facts(answer: Answer, summary: str, offered: int | None) -> dict[str, object]:
    return {
        "summary": summary,
        "needs": answer.needs,
        "met": answer.reached.met,
        "met_mandatory": answer.reached.mandatory,
        "total": answer.reached.total,
        "at_most": answer.most._asdict(),
        "offered": offered,
        "matches": [dict(zip(COLUMNS, _cells(row), strict=True)) for row in answer.rows],
    }
