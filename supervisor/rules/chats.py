"""Chat services that a message may go to: those whose servers are always the same.

An address is written as Apprise has it (`tgram://key/number`). What could lead to a machine of
somebody's choice is none: no other service, no options, and one address alone.
"""

import re

SERVICES = {
    "discord": "Discord",
    "gchat": "Google Chat",
    "slack": "Slack",
    "tgram": "Telegram",
    "threema": "Threema",
    "whatsapp": "WhatsApp",
}
ADDRESS = re.compile(r"([a-z]+)://[\w\-.:@*%/+]{3,300}")


def listed(allowed: str) -> list[str]:
    """The services that a hub allows, as it has typed them."""
    return [one.strip() for one in allowed.lower().split(",") if one.strip()]


def some_services(typed: str) -> bool:
    """Nothing, or services that there are, each once."""
    given = listed(typed)
    return set(given) <= set(SERVICES) and len(given) == len(set(given))


def names(allowed: str) -> str:
    """What they are called."""
    return ", ".join(SERVICES[one] for one in listed(allowed) if one in SERVICES)


def may_go_to(address: str | None, allowed: str) -> bool:
    """Whether it is an address of a service that the hub allows."""
    found = ADDRESS.fullmatch(address or "")
    return found is not None and found[1] in SERVICES and found[1] in listed(allowed)
