"""`supervisor erased`: whoever was erased stays so when an older copy is restored."""

from pathlib import Path

import click
from flask import current_app

from supervisor import clock
from supervisor.commands.frame import check_secret, opened_store, refusals
from supervisor.privacy import erasures


@click.group()
def erased() -> None:
    """Keep those who were erased out of restored copies."""


@erased.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@refusals
def keep(file: Path) -> None:
    """Write the marks of all who were erased to FILE: keep it with each copy of the database."""
    with opened_store() as store:
        marks = erasures.marks(store)
    file.write_text("".join(f"{mark}\n" for mark in marks))
    click.echo(f"{len(marks)} marks. They name nobody, and open with the hub's key alone.")


@erased.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@refusals
def again(file: Path) -> None:
    """After an older copy was restored: erase again whoever bears a mark of FILE."""
    check_secret()
    marks = file.read_text().split()
    with opened_store() as store:
        count = erasures.again(store, marks, current_app.config["HUB"].secret_key, clock.now())
    click.echo(f"{count} erased again.")
