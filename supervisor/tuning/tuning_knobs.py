"""How a setting is asked for: between which numbers it lies, or which text it may be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from supervisor.rules.kinds import Mode

LONGEST = 200
SHORTEST_SECRET = 16


def any_line(typed: str) -> bool:
    """One line of text, not endless."""
    return len(typed) <= LONGEST and (typed == "" or typed.isprintable())


def a_line(typed: str) -> bool:
    return bool(typed) and any_line(typed)


def a_zone(typed: str) -> bool:
    return typed in available_timezones()


def an_address(typed: str) -> bool:
    name, _at, host = typed.partition("@")
    return any_line(typed) and bool(name and host) and " " not in typed and "@" not in host


def an_address_or_none(typed: str) -> bool:
    """Nothing, or an address."""
    return typed == "" or an_address(typed)


def a_gateway(typed: str) -> bool:
    """Nothing, or an address of Apprise with the place of the number in it."""
    return typed == "" or (any_line(typed) and "://" in typed and "{phone}" in typed)


def a_secret(typed: str) -> bool:
    """Nothing, or what nobody guesses and every address can hold."""
    long = LONGEST >= len(typed) >= SHORTEST_SECRET
    return typed == "" or (long and typed.isascii() and typed.isalnum())


def a_room(typed: str) -> bool:
    """Nothing, or an address with a word of its own for each pair."""
    return typed == "" or (any_line(typed) and typed.startswith("https://") and "{room}" in typed)


def some_modes(typed: str) -> bool:
    """Ways of meeting, each once, in the order in which they are tried."""
    given = typed.split(",")
    return set(given) <= set(Mode) and len(given) == len(set(given))


@dataclass(frozen=True)
class Knob:
    """How one setting is asked for. A number lies between `least` and `most`; a text passes
    `fits`, and `example` shows one that does; `options` are codes to choose from, with their
    words, beside one of the hub's own."""

    words: str
    least: float = 0
    most: float = 10_000
    fits: Callable[[str], bool] = any_line
    example: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def allows(self, value: Any) -> bool:
        """Whether the setting may be this; None was not understood."""
        if isinstance(value, str):
            return self.fits(value)
        return value is not None and self.least <= value <= self.most


@dataclass(frozen=True)
class Panel:
    """A group of settings as it stands on the page."""

    words: str
    knobs: dict[str, Knob]
