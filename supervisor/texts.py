"""Texts to phones and words to chats, through a gateway: Apprise knows a hundred of them."""

import string
from urllib.parse import quote

from supervisor.rules.chats import may_go_to

DIALLED = {*string.digits, "+"}
PLAIN, WIDE = (160, 153), (70, 67)
"""How many signs one text holds, and each of several; fewer once a sign is none of ASCII."""


def send(gateway: str, phone: str, words: str) -> None:
    """Send one text; `gateway` is an address of Apprise with `{phone}` in it.

    Apprise is large, and is loaded by the worker process when a first text goes out. Whatever one
    of its gateways throws is about this text, and holds up nothing else.
    """
    number = "".join(c for c in phone if c in DIALLED)
    if not number:
        raise ValueError("that is no number")
    _notify(gateway.replace("{phone}", quote(number)), words)


def chat(address: str, allowed: str, words: str) -> None:
    """Say it in a chat, if the hub still allows that service."""
    if not may_go_to(address, allowed):
        raise ValueError("the hub does not allow this chat service")
    _notify(address, words)


def _notify(address: str, words: str) -> None:
    from apprise import Apprise

    carrier = Apprise.instantiate(address)
    if carrier is None:
        raise ValueError("the address of the gateway cannot be used")
    try:
        taken = carrier.notify(body=words)
    except Exception as trouble:
        raise OSError(str(trouble)) from trouble
    if not taken:
        raise OSError("the gateway did not take it")


def parts(words: str) -> int:
    """How many texts a phone company makes of them, and bills."""
    alone, each = PLAIN if words.isascii() else WIDE
    return 1 if len(words) <= alone else -(-len(words) // each)
