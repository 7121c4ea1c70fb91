"""Texts to phones, through whatever gateway the hub has: Apprise knows a hundred of them."""

import string
from urllib.parse import quote

DIALLED = {*string.digits, "+"}
PLAIN, WIDE = (160, 153), (70, 67)
"""How many signs one text holds, and each of several; fewer once a sign is none of ASCII."""


def send(gateway: str, phone: str, words: str) -> None:
    """Send one text; `gateway` is an address of Apprise with `{phone}` in it.

    Apprise is large, and is loaded by the worker process when a first text goes out. Whatever one
    of its gateways throws is about this text, and holds up nothing else.
    """
    from apprise import Apprise

    number = "".join(c for c in phone if c in DIALLED)
    carrier = Apprise()
    if not number or not carrier.add(gateway.replace("{phone}", quote(number))):
        raise ValueError("the address of the text gateway cannot be used")
    try:
        taken = carrier.notify(body=words)
    except Exception as trouble:
        raise OSError(str(trouble)) from trouble
    if not taken:
        raise OSError("the text gateway did not take it")


def parts(words: str) -> int:
    """How many texts a phone company makes of them, and bills."""
    alone, each = PLAIN if words.isascii() else WIDE
    return 1 if len(words) <= alone else -(-len(words) // each)
