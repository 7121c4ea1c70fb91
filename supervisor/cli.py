"""One program, `supervisor`: exit 0 done, 1 it could not be done and why, 2 wrong use."""

import click

from supervisor.commands import database, feed, fits, workbook


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Match, plan, book, follow and prove supervision. Reads SUPERVISOR_DATABASE."""


main.add_command(database.init)
main.add_command(workbook.import_)
main.add_command(workbook.export)
main.add_command(fits.shortlist)
main.add_command(fits.explain)
main.add_command(feed.feed)
