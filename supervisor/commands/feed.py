"""`supervisor feed`: a person's calendar, as their own program would fetch it."""

import click
from flask_babel import force_locale

from supervisor import clock, wording
from supervisor.commands.frame import opened_store, refusals
from supervisor.commands.sign_in import find
from supervisor.feeds import feeds
from supervisor.rules.kinds import FeedLevel


@click.command()
@click.argument("who", metavar="PERSON")
@click.option(
    "--level",
    type=click.Choice([level.value for level in FeedLevel]),
    default=FeedLevel.NEUTRAL.value,
    show_default=True,
)
@refusals
def feed(who: str, level: str) -> None:
    """Print the calendar of PERSON: the hub's own id of them, or an e-mail address."""
    with opened_store() as store:
        person = find(store, who)
        with force_locale(person.locale):
            body, *_ = feeds.feed_bytes(store, person, level, clock.now(), wording.say)
    click.echo(body, nl=False)
