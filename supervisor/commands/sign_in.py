"""`supervisor sign-in-link`: a way in for somebody to whom no mail can be sent."""

import click
from flask import current_app
from sqlalchemy import func, or_, select

from supervisor import clock, sign_ins
from supervisor.commands.frame import opened_store, refusals
from supervisor.errors import NotFound
from supervisor.models import Person, Store


@click.command("sign-in-link")
@click.argument("who", metavar="EMAIL")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Where `supervisor serve` listens, without SUPERVISOR_URL.",
)
@refusals
def sign_in_link(who: str, port: int | None) -> None:
    """Print a link that signs EMAIL in (the hub's own id of a person will do, too)."""
    with opened_store(port) as store:
        link = link_for(store, find(store, who))
    click.echo(link)


def find(store: Store, who: str) -> Person:
    """The person with this address or id."""
    same = or_(Person.email == func.lower(who), Person.ref == who)
    person = store.scalars(select(Person).where(same)).first()
    if person is None:
        raise NotFound("Nobody here has the address or id %(who)s.", who=who)
    return person


def link_for(store: Store, person: Person) -> str:
    """The whole address of a link that works once."""
    token = sign_ins.link_for(store, person, clock.now())
    return f"{current_app.config['HUB'].base_url}/sign-in/{token}"
