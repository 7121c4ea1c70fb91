"""What a text back says, in English or te reo Māori, however it is spelt; never guessed."""

import re
import unicodedata
from enum import StrEnum

from supervisor.rules.kinds import Answer, Side


class Said(StrEnum):
    """An answer to *did it happen?* as its sender means it. A plain no says not yet why."""

    YES = "yes"
    OTHER_AWAY = "other_away"
    SELF_AWAY = "self_away"
    ANOTHER_DAY = "another_day"
    NO = "no"


NUMBERS = {"1": Said.YES, "2": Said.OTHER_AWAY, "3": Said.SELF_AWAY, "4": Said.ANOTHER_DAY}


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


YES = _each("y ye yes yess yea yeah yeh yep yup yip ya yas ae aee aae")
NO = _each("n no noo nope nah na kao kaore kahore not didnt didn wasnt never")
COURTESY = _each("thanks thank you thx ta cheers kia ora nga mihi x xx great good ok okay")
KIND = _each("did do met meet happened happen had have was we it t") | COURTESY - _each("ok okay")
"""Words beside a yes or a no that change nothing."""
THUMBS = {"👍": " yes ", "👎": " no ", "✅": " yes ", "✔": " yes "}
SHORTEST = 7
"""Digits that two ways of writing one number share at least, without its country."""


def read(text: str) -> Said | None:
    """What it says; None where it says something else, or both, or asks."""
    words = [] if "?" in text else _words(text)
    if len(words) == 1 and words[0] in NUMBERS:
        return NUMBERS[words[0]]
    meant = [word for word in words if word not in KIND]
    if meant and set(meant) <= YES:
        return Said.YES
    return Said.NO if meant and set(meant) <= NO else None


def is_courtesy(text: str) -> bool:
    """Whether it only says thanks, so that nobody need look at it."""
    words = _words(text)
    return bool(words) and set(words) <= COURTESY


def _words(text: str) -> list[str]:
    """In small letters, without macrons; a letter that is held down too long is one."""
    for sign, word in THUMBS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold()).replace("'", "")
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [_held_down(word) for word in re.findall(r"[a-z]+|\d+", bare)]


def _held_down(word: str) -> str:
    return word if word.isdigit() else re.sub(r"(.)\1{2,}", r"\1", word)


def answer_of(said: Said, side: Side) -> Answer | None:
    """The answer that one side gives so; None for a plain no."""
    mine = Answer.WORKER_AWAY if side is Side.WORKER else Answer.PROVIDER_AWAY
    other = Answer.PROVIDER_AWAY if side is Side.WORKER else Answer.WORKER_AWAY
    meant = {
        Said.YES: Answer.HELD,
        Said.OTHER_AWAY: other,
        Said.SELF_AWAY: mine,
        Said.ANOTHER_DAY: Answer.ANOTHER_DAY,
    }
    return meant.get(said)


def same_number(one: str, other: str) -> bool:
    """Whether two ways of writing are one number: 021 555 0199 is +64 21 555 0199."""
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return len(short) >= SHORTEST and long.endswith(short)


def _digits(number: str) -> str:
    return "".join(re.findall(r"\d", number)).lstrip("0")
