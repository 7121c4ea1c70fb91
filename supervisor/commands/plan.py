"""`supervisor plan`: times for all that is still owed, proposed to each pair."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from supervisor import clock, wording
from supervisor.commands.frame import (
    check_out,
    day_asked,
    json_option,
    keep,
    opened_app,
    print_json,
    refusals,
)
from supervisor.extensions import db
from supervisor.models.engine import writing
from supervisor.plans import plan_letters, plans
from supervisor.plans.plans import Plan, Short, Time

COLUMNS = ("entitlement_id", "provider_id", "starts_at", "minutes", "mode")
A_YEAR = timedelta(days=364)
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("plan")
@click.option("--from", "first", type=DAY, metavar="DAY", help="The first day; today.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="The last day; a year later.")
@click.option("--dry-run", is_flag=True, help="Tell what would be proposed and keep nothing.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write CSV here.")
@json_option
@refusals
def plan_(
    *,
    first: datetime | None,
    last: datetime | None,
    dry_run: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Propose the year: near even cadence, within both people's hours.

    It fills nobody's calendar: a pair keeps its plan with one tap, or has said "book for us".
    """
    check_out(out)
    with opened_app(), writing():
        begin = day_asked(db.session(), first)
        end = last.date() if last else begin + A_YEAR
        made = _made(begin, end, dry_run=dry_run)
        if out:
            keep(out, _csv(made.times).encode())
        if as_json:
            print_json(_facts(made))
        else:
            _tell(made, dry_run=dry_run)
        db.session.rollback()


def _made(first: date, last: date, *, dry_run: bool) -> Plan:
    made = plans.plan(db.session(), first, last, clock.now())
    if not dry_run:
        plan_letters.tell(db.session(), clock.now())
        db.session.commit()
    return made


def _csv(times: Iterable[Time]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(time) for time in times)
    return text.getvalue()


def _cells(time: Time) -> tuple[str, str, str, int, str]:
    starts_at = time.starts_at.isoformat(timespec="minutes")
    return time.entitlement.ref, time.provider.ref, starts_at, time.minutes, time.mode


def _tell(made: Plan, *, dry_run: bool) -> None:
    click.echo(f"placed {made.placed:,} of {made.wanted:,}, at most {made.bound:,} can be")
    for short in made.short:
        click.echo(_line(short))
    if dry_run:
        click.echo("Nothing was kept: this was a dry run.")


def _line(short: Short) -> str:
    worker = short.entitlement.person.name
    return f"{short.entitlement.ref} ({worker}): {short.count} short, {wording.say(short.reason)}"


def _facts(made: Plan) -> dict[str, object]:
    return {
        "placed": made.placed,
        "wanted": made.wanted,
        "at_most": made.bound,
        "short": [
            {
                "entitlement": short.entitlement.ref,
                "count": short.count,
                "reason": wording.say(short.reason),
            }
            for short in made.short
        ],
        "times": [dict(zip(COLUMNS, _cells(time), strict=True)) for time in made.times],
    }
