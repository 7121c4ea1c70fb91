"""`supervisor demo`: the district, built anew and served on this machine."""

import click
from flask_migrate import upgrade
from sqlalchemy import MetaData, func, inspect, select, text

from supervisor import clock, demo, schedule
from supervisor.commands import serve, sign_in
from supervisor.commands.frame import opened_app, refusals
from supervisor.demo import Summary
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import Person
from supervisor.models.engine import writing
from supervisor.settings import HubSettings, read

HOST, PORT = "127.0.0.1", 8000
SOMETHING_ELSE = (
    "This database holds something else than a hub, so it was left alone. Name another one: "
    "SUPERVISOR_DATABASE=demo.db supervisor demo"
)
FUNCTIONS = text(
    "select oid::regprocedure from pg_proc where prorettype = 'trigger'::regtype "
    "and pronamespace = current_schema()::regnamespace"
)
"""What triggers call, on PostgreSQL: it stays there when their tables go."""


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Build it, print the links, and stop.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@refusals
def demo_(*, no_serve: bool, port: int) -> None:
    """Build the demo district in SUPERVISOR_DATABASE and serve it to this machine only.

    A demo that is there already starts over; anything else is left alone.
    """
    with opened_app(new=True, port=port):
        clear()
        click.echo("Making the database …")
        upgrade()
        with writing():
            summary = demo.build(db.session(), clock.now(), click.echo)
            links = _links()
            db.session.commit()
        click.echo("Raising the alerts …")
        schedule.run_all(clock.now())
        db.session.remove()
        db.engine.dispose()
    tell(summary, links, port)
    if not no_serve:
        serve.run(HOST, port, worker=True)


def clear() -> None:
    """Make room: an earlier demo is dropped; a hub with real people in it is refused, and so is
    what is no hub."""
    tables = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    if "person" in tables:
        _refuse_a_real_hub()
        db.session.remove()
    elif tables:
        raise Refused(SOMETHING_ELSE)
    with db.engine.begin() as connection:
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        if connection.dialect.name == "postgresql":
            for function in connection.scalars(FUNCTIONS).all():
                connection.execute(text(f"drop function {function} cascade"))


def _refuse_a_real_hub() -> None:
    people = db.session.scalar(select(func.count()).select_from(Person))
    if people and not read(db.session(), HubSettings).demo:
        raise Refused(
            "This database holds %(people)d people and is not a demo, so it was left alone. "
            "Name another one: SUPERVISOR_DATABASE=demo.db supervisor demo",
            people=people,
        )


def _links() -> dict[str, str]:
    store = db.session()
    return {
        f"{person.name} ({part})": sign_in.link_for(store, person)
        for part, ref in demo.LOOK_AS.items()
        for person in [sign_in.find(store, ref)]
    }


def tell(summary: Summary, links: dict[str, str], port: int) -> None:
    """The table of what was built, and a link for each part."""
    head = "%-24s%8s%9s%9s%8s%8s"
    click.echo("\n" + head % ("", "owed", "matched", "offered", "placed", "behind"))
    for row in summary.rows:
        name = row.kind.replace("_", " ").capitalize()
        click.echo(head % (name, row.owed, row.matched, row.offered, row.placed, row.behind))
    click.echo(f"\nPlanned ahead: {summary.placed} of {summary.to_place} sessions still owed.")
    click.echo("\nLook at it as somebody; each link signs you in once:")
    for who, link in links.items():
        click.echo(f"  {who}\n    {link}")
    at = "" if port == PORT else f" --port {port}"
    click.echo(f"Another: supervisor sign-in-link EMAIL{at}\n")
