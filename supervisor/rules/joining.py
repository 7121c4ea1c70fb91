"""How two people who do not meet in one place come together, in words for one of them."""

from supervisor.rules.kinds import Mode
from supervisor.rules.names import first_name
from supervisor.rules.words import N_, Words

OPEN = N_("Open this link when it is time:")
SENDS = {True: N_("Send %(name)s the link before."), False: N_("%(name)s sends you the link.")}
RINGS = {
    (True, True): N_("You ring %(name)s on %(number)s."),
    (True, False): N_("You ring %(name)s. If you do not have the number, ask the hub."),
    (False, True): N_("%(name)s rings you on %(number)s."),
    (False, False): N_("%(name)s rings you. Tell the hub on which number."),
}


def words(mode: str, other: str, video: str, number: str, *, calls: bool) -> Words | None:
    """What the reader does at the time; None where they meet in person. `calls` says that it is
    the reader who rings, or who sends the link; `number` is that of whoever is rung."""
    facts = {"name": first_name(other), "number": number}
    if mode == Mode.VIDEO:
        return Words(OPEN) if video else Words(SENDS[calls], facts)
    if mode == Mode.PHONE:
        return Words(RINGS[calls, bool(number)], facts)
    return None
