"""What can go wrong in an act, in words for the person who asked."""

from typing import Any


class Refused(Exception):
    """It could not be done. `words` says why and what to do; nothing was changed.

    `words` is a message id for translation with `facts` filled in by name. `field` names the
    form field it belongs to, where there is one.
    """

    def __init__(self, words: str, *, field: str | None = None, **facts: Any) -> None:
        self.words = words
        self.field = field
        self.facts = facts
        super().__init__(words % facts if facts else words)


class OddAsk(Refused):
    """An address asks for a part of a report that there is none of; `words` names its field."""


class NotFound(Refused):
    """There is no such thing, or it is not theirs to see; both read the same."""
