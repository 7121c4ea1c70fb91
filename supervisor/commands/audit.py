"""`supervisor audit`: check that the record is as it was written down, and take its proof out."""

import click
from flask import current_app

from supervisor import clock, wording
from supervisor.commands.frame import check_secret, opened_app, refusals
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models.engine import writing
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
