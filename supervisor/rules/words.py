"""Words that a rule speaks: English that is also the key of its translation."""

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the usual name of a marker for translation
    """Mark a text for the catalogues; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """A sentence with its facts, such as ("%(km)d km away", {"km": 12})."""

    text: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        facts = {name: listed(value) for name, value in self.facts.items()}
        return self.text % facts if facts else self.text


def listed(value: Any) -> Any:
    """Several things as "one, two and three"; anything else as it is."""
    if not isinstance(value, tuple):
        return value
    *others, last = map(str, value)
    return f"{', '.join(others)} and {last}" if others else last
