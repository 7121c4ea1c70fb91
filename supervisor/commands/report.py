"""`supervisor report`: one of the reports as a file."""

from pathlib import Path

import click

from supervisor import clock, spreadsheets
from supervisor.commands.frame import check_out, check_secret, keep, opened_app, refusals
from supervisor.extensions import db
from supervisor.reports import report_asks, reports


@click.command()
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--format", "form", type=click.Choice(sorted(spreadsheets.FORMATS)), default="csv")
@click.option(
    "--without-names",
    is_flag=True,
    help="For an auditor: random texts in the place of names and ids.",
)
@click.option(
    "--only",
    "only",
    multiple=True,
    metavar="NAME=VALUE",
    help="A part: employer=ID, kind=CODE, group_kind=CODE, region=CODE, since=DAY, until=DAY.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@refusals
def report(
    name: str, form: str, only: tuple[str, ...], out: Path | None, *, without_names: bool
) -> None:
    """Write a report with its cut-off and its definitions."""
    _check(form, out, nameless=without_names)
    with opened_app() as app:
        one, given = reports.REPORTS[name], dict(_pair(part) for part in only)
        ask = report_asks.asked(db.session(), given, one.by)
        table = one(db.session(), clock.now(), ask)
        if without_names:
            table = reports.without_names(table, app.config["HUB"].secret_key)
    content = spreadsheets.write(table, form)
    if out:
        keep(out, content)
    else:
        click.echo(content, nl=False)


def _pair(part: str) -> tuple[str, str]:
    name, is_, value = part.partition("=")
    if not is_ or name not in report_asks.FILTERS:
        raise click.UsageError(f"--only {part} is none: it looks like --only kind=coaching.")
    return name, value


def _check(form: str, out: Path | None, *, nameless: bool) -> None:
    if form == "xlsx" and out is None:
        raise click.UsageError("A spreadsheet needs a file: add --out NAME.xlsx.")
    check_out(out)
    if nameless:
        check_secret()
