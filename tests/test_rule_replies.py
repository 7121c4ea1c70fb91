"""What a text back says: many ways of yes and no, and nothing that is guessed."""

import pytest

from supervisor.rules.kinds import Answer, Side
from supervisor.rules.replies import Said, answer_of, is_courtesy, read, same_number


@pytest.mark.parametrize(
    "text",
    ["yes", "YES", "Yes!", "y", "yep", "yeah", "yessss", "Yup thanks", "āe", "Ae", "ĀE!", "āeee",
     "aae", "yes we did", "Yes, we met. Thank you", "1", " 1. ", "👍", "👍🏽", "yes yes",
     "kia ora, āe"],
)  # fmt: skip
def test_a_yes_is_a_yes(text: str) -> None:
    assert read(text) is Said.YES


@pytest.mark.parametrize(
    "text",
    ["no", "No.", "n", "nope", "nah", "kāo", "Kao", "KĀO", "kāore", "nooo", "no we didn't",
     "No we didn’t meet", "did not happen", "didnt happen", "👎", "no thanks"],
)  # fmt: skip
def test_a_no_is_a_no(text: str) -> None:
    assert read(text) is Said.NO


@pytest.mark.parametrize(
    ("text", "said"),
    [("2", Said.OTHER_AWAY), ("3", Said.SELF_AWAY), ("4!", Said.ANOTHER_DAY)],
)
def test_a_number_says_what_happened(text: str, said: Said) -> None:
    assert read(text) is said


@pytest.mark.parametrize(
    "text",
    ["yes and no", "yes?", "who is this", "", "   ", "5", "11", "1 or 2", "not yet", "no problem",
     "yes but Ana left early", "STOP", "ok", "we met", "maybe", "nothing", "yesterday",
     "didn't we?", "😀", "4 of us", "no idea", "yes 2"],
)  # fmt: skip
def test_anything_else_is_not_guessed(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "only"),
    [("Thanks!", True), ("ok ta", True), ("kia ora", True), ("thanks, yes", False), ("", False)],
)
def test_thanks_need_nobody(text: str, only: bool) -> None:
    assert is_courtesy(text) is only


def test_mine_and_the_others_depend_on_who_writes() -> None:
    assert answer_of(Said.SELF_AWAY, Side.WORKER) is Answer.WORKER_AWAY
    assert answer_of(Said.SELF_AWAY, Side.PROVIDER) is Answer.PROVIDER_AWAY
    assert answer_of(Said.OTHER_AWAY, Side.WORKER) is Answer.PROVIDER_AWAY
    assert answer_of(Said.OTHER_AWAY, Side.PROVIDER) is Answer.WORKER_AWAY
    assert answer_of(Said.YES, Side.WORKER) is Answer.HELD
    assert answer_of(Said.ANOTHER_DAY, Side.PROVIDER) is Answer.ANOTHER_DAY
    assert answer_of(Said.NO, Side.WORKER) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("021 555 0199", "+64215550199", True),
        ("0064 21 555 0199", "(021) 555-0199", True),
        ("+61 400 123 456", "0400 123 456", True),
        ("021 555 0199", "021 555 0198", False),
        ("021 555 0199", "+61215550199", True),
        ("0199", "+64215550199", False),
        ("", "", False),
    ],
)
def test_one_number_is_written_in_several_ways(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same
