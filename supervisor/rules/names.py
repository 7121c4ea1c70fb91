"""What people are called, and whom a typed name may mean."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

ARTICLES = {"Te", "Ngā"}
ENOUGH = 2


def first_name(name: str) -> str:
    """The given name of a full one; a Māori one may be two words, such as Te Ao."""
    words = name.split()
    return " ".join(words[: 2 if words[0] in ARTICLES else 1])


def name_words(name: str) -> frozenset[str]:
    """The words of a name without capitals, macrons and marks, in no order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = (c for c in plain if not unicodedata.combining(c))
    return frozenset("".join(c if c.isalnum() else " " for c in kept).split())


class Bearers:
    """Who bears which name, by their ids."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        self._words = {one: name_words(name) for one, name in names}
        self._with: defaultdict[str, set[int]] = defaultdict(set)
        for one, words in self._words.items():
            for word in words:
                self._with[word].add(one)

    def of(self, typed: str) -> set[int]:
        """Everybody whom it may mean: a middle name more or less is the same name, a single
        word means whoever is called just so."""
        words = name_words(typed)
        near = set().union(*(self._with.get(word, ()) for word in words))
        return {one for one in near if _same(words, self._words[one])}


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer = min(one, other, key=len)
    return one == other or (len(fewer) >= ENOUGH and fewer <= one and fewer <= other)
