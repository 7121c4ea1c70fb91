"""`supervisor report`: the delivery register or the evidence log as a file."""

from pathlib import Path

import click

from supervisor import clock, reports, spreadsheets
from supervisor.commands.frame import opened_app, refusals
from supervisor.extensions import db


@click.command()
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--format", "form", type=click.Choice(sorted(spreadsheets.FORMATS)), default="csv")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@refusals
def report(name: str, form: str, out: Path | None) -> None:
    """Write a report with its cut-off and its definitions."""
    make = reports.REPORTS[name]
    with opened_app():
        table = make(db.session(), clock.now())
    content = spreadsheets.write(table, form)
    if out:
        out.write_bytes(content)
        return
    click.echo(content, nl=False)
