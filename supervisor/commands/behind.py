"""`supervisor behind`: what falls behind, the worst first, with the remedy on each line."""

from typing import Any

import click

from supervisor import clock, wording
from supervisor.commands.frame import json_option, opened_app, print_json, refusals
from supervisor.extensions import db
from supervisor.today import behind
from supervisor.today.behind import Line


@click.command("behind")
@click.option("--all", "everything", is_flag=True, help="Those on track, met and ended too.")
@json_option
@refusals
def behind_(*, everything: bool, as_json: bool) -> None:
    """Who falls behind today, the worst first, and what puts it right."""
    with opened_app():
        found = behind.lines(db.session(), clock.now(), everything=everything)
        rows = [_row(line) for line in found]
    if as_json:
        print_json(rows)
    elif rows:
        _print_table(rows)
    else:
        click.echo("Nobody falls behind today.")


def _row(line: Line) -> dict[str, Any]:
    owed, position = line.entitlement, line.position
    return {
        "entitlement": owed.ref,
        "person": owed.person.ref,
        "kind": owed.kind,
        "provider": line.provider.ref if line.provider else None,
        "contracted": position.contracted,
        "expected": round(position.expected, 2),
        "held": position.held,
        "delivered": position.delivered,
        "booked": position.booked,
        "standing": position.standing,
        "since": position.since,
        "forecast": round(position.forecast, 2),
        "remedy": _remedy(line),
    }


def _remedy(line: Line) -> str:
    words = behind.remedy(line)
    times = line.openings.times if line.openings else []
    said = [wording.say(words)] if words else []
    return ": ".join([*said, ", ".join(wording.short_time(t.local_start) for t in times)]).strip(
        ": "
    )


def _print_table(rows: list[dict[str, Any]]) -> None:
    """All that JSON has, in columns as wide as what they hold; the remedy is last: it is long."""
    cells = [tuple(rows[0]), *(tuple(map(_text, row.values())) for row in rows)]
    wide = [max(len(line[n]) for line in cells) for n in range(len(rows[0]) - 1)]
    for line in cells:
        head = "  ".join(text.ljust(width) for text, width in zip(line, wide, strict=False))
        click.echo(f"{head}  {line[-1]}".rstrip())


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value)
