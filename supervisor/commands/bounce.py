"""`supervisor bounce`: a mail server hands over what came back to it."""

import email
import email.policy
from typing import BinaryIO

import click

from supervisor import bounces, clock
from supervisor.commands.frame import opened_store, refusals

LARGEST = 5_000_000


@click.command()
@click.argument("mail", type=click.File("rb"), default="-")
@refusals
def bounce(mail: BinaryIO) -> None:
    """Read MAIL (standard input, where none is named) and mark what it says came back.

    Any other mail is left alone: exit 0, so that a mail server sends nothing back for it.
    """
    read = email.message_from_bytes(mail.read(LARGEST), policy=email.policy.compat32)
    with opened_store() as store:
        taken = bounces.take(store, read, clock.now())
    click.echo("Read." if taken else "That is no delivery report; nothing was changed.")
