"""One program, `supervisor`: exit 0 done, 1 it could not be done and why, 2 wrong use."""

import click

from supervisor.commands import (
    audit,
    behind,
    bounce,
    database,
    demo,
    erased,
    feed,
    fits,
    match,
    plan,
    recruit,
    report,
    serve,
    sign_in,
    simulate,
    work,
    workbook,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Match, plan, book, follow and prove supervision. Reads SUPERVISOR_DATABASE."""


main.add_command(database.init)
main.add_command(workbook.import_)
main.add_command(workbook.export)
main.add_command(demo.demo_)
main.add_command(match.match)
main.add_command(recruit.recruit)
main.add_command(fits.shortlist)
main.add_command(fits.explain)
main.add_command(plan.plan_)
main.add_command(behind.behind_)
main.add_command(simulate.simulate)
main.add_command(feed.feed)
main.add_command(report.report)
main.add_command(audit.audit)
main.add_command(erased.erased)
main.add_command(sign_in.sign_in_link)
main.add_command(work.work)
main.add_command(bounce.bounce)
main.add_command(serve.serve)
