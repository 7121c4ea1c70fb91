"""`supervisor report`: one of the reports as a file."""

from pathlib import Path

import click

from supervisor import clock, paper, wording
from supervisor.commands.frame import check_out, check_secret, keep, opened_app, refusals
from supervisor.extensions import db
from supervisor.reports import report_asks, reports

NO_PDF = (
    "PDFs need the extra: pip install 'supervision-hub[pdf]', and the library Pango "
    "(on Debian or Ubuntu: apt-get install libpangoft2-1.0-0)."
)


@click.command()
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--format", "form", type=click.Choice(["csv", "json", "pdf", "xlsx"]), default="csv")
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
        content = paper.format_of(form).write(table, wording.say)
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
    if form in {"xlsx", "pdf"} and out is None:
        raise click.UsageError(f"This format needs a file: add --out NAME.{form}.")
    if form == "pdf" and not paper.can_print():
        raise click.UsageError(NO_PDF)
    check_out(out)
    if nameless:
        check_secret()
