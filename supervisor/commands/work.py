"""`supervisor work`: the worker process that raises alerts and carries messages."""

import signal

import click

from supervisor import clock, schedule, searching
from supervisor.commands.frame import opened_app, refusals, warn_of_set_clock
from supervisor.extensions import db
from supervisor.form_groups import form_groups
from supervisor.settings import HubSettings, read


@click.command()
@click.option("--once", is_flag=True, help="Run every job once and stop.")
@refusals
def work(*, once: bool) -> None:
    """Raise alerts and send messages, until stopped. Several may run at once."""
    with opened_app(moving=not once) as app:
        if once:
            _once()
            return
        _go_by_the_real_clock()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: schedule.STOPPING.set())
        scheduler = schedule.start_inside(app)
        click.echo("Working. Stop with Ctrl-C.")
        schedule.STOPPING.wait()
        scheduler.shutdown(wait=True)


def _go_by_the_real_clock() -> None:
    demo = read(db.session(), HubSettings).demo
    db.session.remove()
    warn_of_set_clock(demo=demo)
    if not demo:
        clock.set_to(None)


def _once() -> None:
    done = schedule.run_all(clock.now())
    while searching.for_matches(clock.now()):
        click.echo("done: look for the best for everybody")
    while searching.for_recruits(clock.now()):
        click.echo("done: see whom to look for")
    while form_groups(clock.now()):
        click.echo("done: form groups")
    for job in schedule.JOBS:
        click.echo(f"{'done' if job.name in done else 'could not be done'}: {job.name}")
    if len(done) < len(schedule.JOBS):
        raise SystemExit(1)
