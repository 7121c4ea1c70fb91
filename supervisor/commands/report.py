"""`supervisor report`: the delivery register or the evidence log as a file."""

from pathlib import Path

import click

from supervisor import clock, spreadsheets
from supervisor.commands.frame import check_out, check_secret, keep, opened_app, refusals
from supervisor.extensions import db
from supervisor.reports import reports


@click.command()
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--format", "form", type=click.Choice(sorted(spreadsheets.FORMATS)), default="csv")
@click.option(
    "--without-names",
    is_flag=True,
    help="For an auditor: random texts in the place of names and ids.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@refusals
def report(name: str, form: str, out: Path | None, *, without_names: bool) -> None:
    """Write a report with its cut-off and its definitions."""
    _check(form, out, nameless=without_names)
    with opened_app() as app:
        table = reports.REPORTS[name](db.session(), clock.now())
        if without_names:
            table = reports.without_names(table, app.config["HUB"].secret_key)
    content = spreadsheets.write(table, form)
    if out:
        keep(out, content)
    else:
        click.echo(content, nl=False)


def _check(form: str, out: Path | None, *, nameless: bool) -> None:
    if form == "xlsx" and out is None:
        raise click.UsageError("A spreadsheet needs a file: add --out NAME.xlsx.")
    check_out(out)
    if nameless:
        check_secret()
