"""`supervisor init`: make or upgrade the database."""

import click
from flask_migrate import upgrade

from supervisor.commands.frame import opened_app, refusals


@click.command()
@refusals
def init() -> None:
    """Make the database, or bring it up to date."""
    with opened_app(new=True):
        upgrade()
    click.echo("The database is ready.")
