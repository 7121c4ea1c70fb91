"""Three short questions to a worker: when they are due, how an answer is kept, what is shown.

Nobody can tie an answer to a person. It waits sealed, without a person or a time, until its
quarter is over; all answers of the quarter are then counted at once, and only the counts stay.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from supervisor.rules.hidden import beside_total
from supervisor.rules.words import N_

Counts = Mapping[str, Mapping[str, int]]
Shown = dict[str, dict[str, int | None]]
BYTES = 8
MAC = 16


class Item(StrEnum):
    """What is asked."""

    SUPPORTED = "supported"
    LESS_ALONE = "less_alone"
    CHANGED = "changed"


class Felt(StrEnum):
    """What can be answered."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNSAID = "unsaid"


ASKS = {
    Item.SUPPORTED: N_("Do you feel supported in these meetings?"),
    Item.LESS_ALONE: N_("Do you feel less alone in your work?"),
    Item.CHANGED: N_("Has something changed in your work because of them?"),
}
FELT_WORDS = {
    Felt.YES: N_("Yes"),
    Felt.PARTLY: N_("Partly"),
    Felt.NO: N_("No"),
    Felt.UNSAID: N_("Rather not say"),
}
Said = dict[Item, Felt]
FELT = tuple(Felt)


def is_due(held: int, held_before: int, every: int) -> bool:
    """Whether so many meetings have been held since they were last asked."""
    return held - held_before >= every


def seal(said: Said, key: str, nonce: str) -> str:
    """An answer that nobody reads without the key, which is not in the database: each part is
    moved on by what an HMAC of a random word says. The same answer looks otherwise every time."""
    moves = _moves(key, nonce)
    hidden_parts = [
        (FELT.index(said[item]) + move) % len(FELT) for item, move in zip(Item, moves, strict=True)
    ]
    body = f"{nonce}.{''.join(map(str, hidden_parts))}"
    return f"{body}.{_mac(key, body)}"


def unseal(sealed: str, key: str) -> Said | None:
    """The answer; None where it was sealed with another key."""
    body, _dot, mac = sealed.rpartition(".")
    if not hmac.compare_digest(mac, _mac(key, body)):
        return None
    nonce, _dot, parts = body.partition(".")
    moves = _moves(key, nonce)
    return {
        item: FELT[(int(part) - move) % len(FELT)]
        for item, part, move in zip(Item, parts, moves, strict=True)
    }


def _moves(key: str, nonce: str) -> list[int]:
    """One for each question, all answers alike likely."""
    digest = hmac.digest(_own(key), f"move:{nonce}".encode(), sha256)
    return [int.from_bytes(digest[at * BYTES : (at + 1) * BYTES]) for at in range(len(Item))]


def _mac(key: str, body: str) -> str:
    return hmac.digest(_own(key), f"seal:{body}".encode(), sha256).hex()[:MAC]


def _own(key: str) -> bytes:
    return hmac.digest(key.encode(), b"pulse", sha256)


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def quarter_before(day: date) -> date:
    """The first day of the quarter before that of a day."""
    return quarter_of(quarter_of(day) - timedelta(days=1))


def last_of(quarter: date) -> date:
    """The last day of the quarter that begins then."""
    return quarter_of(quarter + timedelta(days=100)) - timedelta(days=1)


def counted(answers: Sequence[Said]) -> dict[str, dict[str, int]]:
    """How many gave each answer to each question."""
    return {
        item: {felt: sum(said[item] is felt for said in answers) for felt in Felt} for item in Item
    }


def shown(quarters: Sequence[Counts], least: int) -> Shown:
    """The sums of some quarters with small numbers hidden. An answer that is hidden in any of
    them is hidden in their sum too: sums of other quarters, taken away, would tell it."""
    return {item: _shown([quarter[item] for quarter in quarters], least) for item in Item}


def _shown(quarters: Sequence[Mapping[str, int]], least: int) -> dict[str, int | None]:
    each = [beside_total(quarter, least) for quarter in quarters]
    anywhere = {felt for felt in Felt if any(one[felt] is None for one in each)}
    sums = {felt.value: sum(quarter[felt] for quarter in quarters) for felt in Felt}
    return beside_total(sums, least, anywhere)
