"""`supervisor report`: the delivery register or the evidence log as a file."""

from pathlib import Path

import click

from supervisor import clock, reports, spreadsheets
from supervisor.commands.frame import opened_app, refusals
from supervisor.errors import Refused
from supervisor.extensions import db


@click.command()
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--format", "form", type=click.Choice(sorted(spreadsheets.FORMATS)), default="csv")
@click.option("--without-names", is_flag=True, help="For an auditor: ids in the place of names.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@refusals
def report(name: str, form: str, out: Path | None, *, without_names: bool) -> None:
    """Write a report with its cut-off and its definitions."""
    with opened_app():
        table = reports.REPORTS[name](db.session(), clock.now())
    content = spreadsheets.write(reports.without_names(table) if without_names else table, form)
    if out:
        _keep(out, content)
    else:
        click.echo(content, nl=False)


def _keep(out: Path, content: bytes) -> None:
    """In a file that only its owner reads: it is about people."""
    try:
        out.touch(mode=0o600)
        out.write_bytes(content)
    except OSError as error:
        raise Refused("%(out)s cannot be written: %(why)s.", out=out, why=error.strerror) from error
