"""One program, `supervisor`: exit 0 done, 1 it could not be done and why, 2 wrong use."""

import click

from supervisor.commands import database


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Match, plan, book, follow and prove supervision. Reads SUPERVISOR_DATABASE."""


main.add_command(database.init)
