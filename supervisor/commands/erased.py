"""`supervisor erased`: whoever was erased stays so when an older copy is restored."""

from pathlib import Path

import click
from flask import current_app

from supervisor import clock
from supervisor.commands.frame import check_secret, opened_store, refusals
from supervisor.config import Config
from supervisor.errors import Refused
from supervisor.privacy import erasures
from supervisor.rules.erased import hub_mark

NOT_OURS = (
    "This file holds no marks that open with this hub's key, so nobody was looked for. Take the "
    "file that “supervisor erased keep” wrote, and the SUPERVISOR_SECRET_KEY of that day."
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
        marks = erasures.marks(store)
        lines = [hub_mark(_key()), *marks]
    file.write_text("".join(f"{line}\n" for line in lines))
    click.echo(f"{len(marks)} marks. They name nobody, and open with the hub's key alone.")


@erased.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@refusals
def again(file: Path) -> None:
    """After an older copy was restored: erase again whoever bears a mark of FILE."""
    check_secret()
    marks = file.read_text(errors="replace").split()
    with opened_store() as store:
        if hub_mark(_key()) not in marks:
            raise Refused(NOT_OURS)
        count = erasures.again(store, marks, _key(), clock.now())
    click.echo(f"{count} erased again; {len(marks) - 1} marks read.")


def _key() -> str:
    config: Config = current_app.config["HUB"]
    return config.secret_key
