"""`supervisor erased`: whoever was erased stays so when an older copy is restored."""

from collections.abc import Collection
from pathlib import Path

import click
from flask import current_app

from supervisor import clock
from supervisor.commands.frame import check_secret, opened_store, refusals
from supervisor.config import Config
from supervisor.errors import Refused
from supervisor.privacy import erasures
from supervisor.rules.erased import by_other_keys, hub_mark, of_people, opens

NOT_OURS = (
    "This file holds no marks that open with this hub's key, so nobody was looked for. Take the "
    "file that “supervisor erased keep” wrote, and the SUPERVISOR_SECRET_KEY of that day."
)

OTHER_KEY = (
    "The marks in this database were made with another key, so nothing was written: nobody would "
    "be found by them. Set the SUPERVISOR_SECRET_KEY of that day."
)
MORE_KEYS = (
    "Some of these marks were made with another key, and open with that one alone. Run this with "
    "each SUPERVISOR_SECRET_KEY that the hub had."
)


@click.group()
def erased() -> None:
    """Keep those who were erased out of restored copies."""


@erased.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusals
def keep(file: Path) -> None:
    """Write the marks of all who were erased to FILE: keep it with each copy of the database."""
    check_secret()
    with opened_store() as store:
        marks, ours = erasures.marks(store), hub_mark(_key())
        if by_other_keys(marks, _key()) and ours not in marks:
            raise Refused(OTHER_KEY)
    lines = sorted({ours, *marks}, reverse=True)
    file.write_text("".join(f"{line}\n" for line in lines))
    count = len(of_people(marks, _key()))
    click.echo(f"{count} marks. They name nobody, and open with the hub's key alone.")
    _warn_of_other_keys(marks)


@erased.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@refusals
def again(file: Path) -> None:
    """After an older copy was restored: erase again whoever bears a mark of FILE."""
    check_secret()
    marks = file.read_text(errors="replace").split()
    with opened_store() as store:
        if not opens(marks, _key()):
            raise Refused(NOT_OURS)
        count = erasures.again(store, marks, _key(), clock.now())
    click.echo(f"{count} erased again; {len(of_people(marks, _key()))} marks read.")
    _warn_of_other_keys(marks)


def _warn_of_other_keys(marks: Collection[str]) -> None:
    if by_other_keys(marks, _key()):
        click.echo(MORE_KEYS, err=True)


def _key() -> str:
    config: Config = current_app.config["HUB"]
    return config.secret_key
