"""`supervisor match`: everybody who is open, matched together as well as can be."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from supervisor import clock, wording
from supervisor.commands.frame import (
    check_out,
    day_asked,
    json_option,
    keep,
    on_option,
    only_ours_on_stdout,
    opened_app,
    print_json,
    refusals,
    seconds_option,
)
from supervisor.extensions import db
from supervisor.matches import matches, matching
from supervisor.matches.matches import Row
from supervisor.matches.matching import Answer
from supervisor.models.engine import writing
from supervisor.rules.assign import Score

COLUMNS = ("entitlement_id", "person_id", "kind", "provider_id", "fit")
OPENED = (
    "Everything was opened, so each pair is judged as if it were new. A match that runs may stay "
    "with somebody who is away for long or has more people than places; a new one may not. So "
    "fewer may be met than without --reopen."
)


@click.command()
@on_option
@seconds_option
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
    """Match everybody who has nobody; the matches that run and are lawful stay.

    The answer goes to standard output as CSV, or to a file, with a word on how good it is.
    """
    check_out(out)
    with opened_app(), only_ours_on_stdout():
        store = db.session()
        answer = matching.solve(
            store, day_asked(store, on), seconds, reopen=reopen, say=_tell_progress
        )
        summary = wording.say(answer.summary)
        offered = _offer(answer) if propose else None
    if out:
        keep(out, _csv(answer.rows).encode())
    if as_json:
        print_json(_facts(answer, summary, offered))
        return
    if not out:
        click.echo(_csv(answer.rows), nl=False)
    click.echo(summary, err=not out)
    if reopen:
        click.echo(OPENED, err=True)
    if offered is not None:
        click.echo(f"Offers made: {offered}", err=not out)


def _tell_progress(reached: Score, most: Score) -> None:
    click.echo(
        f"so far: met {reached.met:,}, at most {most.met:,} can be; "
        f"total {reached.total:,}, at most {most.total:,}",
        err=True,
    )


def _offer(answer: Answer) -> int:
    """In a transaction of its own: while the solver looked, nobody had to wait."""
    db.session.remove()
    with writing():
        made = matches.propose(db.session(), answer.rows, clock.now())
        db.session.commit()
    return len(made)


def _csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue()


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
