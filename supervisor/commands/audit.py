"""`supervisor audit`: check that the record is as it was written down, and take its proof out."""

from pathlib import Path

import click
from flask import current_app

from supervisor import clock, wording
from supervisor.commands.frame import (
    check_out,
    check_secret,
    keep,
    opened_app,
    opened_store,
    refusals,
)
from supervisor.commands.sign_in import find
from supervisor.config import Config
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models.engine import writing
from supervisor.reports import packs, report_asks
from supervisor.reports.packs import Keys, Scope
from supervisor.rules import chain
from supervisor.trail import trail_checks
from supervisor.trail.trail_checks import Checked


@click.group()
def audit() -> None:
    """Check the record, and take its proof out."""


@audit.command()
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="MARK",
    help="A mark that the hub was mailed, like 1234:0f3a…; rows cut off since are found by it.",
)
@refusals
def verify(heads: tuple[str, ...]) -> None:
    """Go through the whole record; exit 1 when a row was changed, removed or cut off."""
    check_secret()
    marks = [_mark(head) for head in heads]
    with opened_app():
        store = db.session()
        checked = trail_checks.check(store, current_app.config["HUB"].sealing_key, marks)
        store.rollback()
        with writing():
            trail_checks.keep(store, checked, None, clock.now())
            store.commit()
        _say(checked)
    if checked.count:
        raise SystemExit(1)


@audit.command()
@click.option("--person", "who", metavar="WHO", help="Of one worker: their id or e-mail address.")
@click.option("--organisation", metavar="ID", help="Of everybody who works for this employer.")
@click.option("--manager", metavar="WHO", help="Of one manager's team, with a manager's columns.")
@click.option("--without-names", is_flag=True, help="For an auditor: no names and no ids.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The zip."
)
@refusals
def pack(
    who: str | None,
    organisation: str | None,
    manager: str | None,
    out: Path,
    *,
    without_names: bool,
) -> None:
    """Write an evidence pack: of the whole district, or of the one who is named."""
    check_out(out)
    check_secret()
    with opened_store() as store:
        scope = Scope(
            find(store, who) if who else None,
            report_asks.organisation(store, organisation) if organisation else None,
            find(store, manager) if manager else None,
        )
        hub: Config = current_app.config["HUB"]
        keys = Keys(hub.sealing_key, hub.secret_key if without_names else None)
        made = packs.make(store, scope, keys, wording.say, None, clock.now())
        keep(out, made.content)
    click.echo(f"{out}: the SHA-256 of its manifest begins with {made.digest[:32]}.")


def _mark(typed: str) -> tuple[int, str]:
    heard = chain.heard_head(typed)
    if heard is None:
        raise Refused(
            "%(typed)s is no mark. Write it as it was mailed: a number, a colon, and at least 16 "
            "letters and figures after it.", typed=typed,
        )  # fmt: skip
    return heard


def _say(checked: Checked) -> None:
    for words in checked.found:
        click.echo(wording.say(words), err=True)
    more = checked.count - len(checked.found)
    if more > 0:
        click.echo(f"And {more} more.", err=True)
    click.echo(
        f"{checked.seq} rows are sealed, {checked.waiting} wait to be. The mark: {checked.head}"
    )
    click.echo("Not everything is as it was written." if checked.count else "All is as written.")
