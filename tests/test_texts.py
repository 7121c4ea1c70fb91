"""Texts through a gateway: what cannot go is one message's own trouble."""

import pytest

from supervisor import texts
from supervisor.tuning.tuning_knobs import a_gateway


@pytest.mark.parametrize(
    ("gateway", "phone"),
    [("json://127.0.0.1:9/{phone}", "ring me"), ("nothing-known://{phone}", "021 555")],
)
def test_what_can_never_go_is_for_good(gateway: str, phone: str) -> None:
    with pytest.raises(ValueError, match=r"no number|cannot be used"):
        texts.send(gateway, phone, "Hello")


def test_what_is_not_taken_is_tried_again() -> None:
    with pytest.raises(OSError, match="did not take it"):
        texts.send("json://127.0.0.1:9/{phone}", "021 555", "Hello")


@pytest.mark.parametrize(
    ("typed", "fine"),
    [
        ("", True),
        ("clicksend://user:key@{phone}", True),
        ("clicksend://user:key@021", False),
        ("{phone}", False),
    ],
)
def test_a_gateway_has_a_place_for_the_number(typed: str, fine: bool) -> None:
    assert a_gateway(typed) is fine


@pytest.mark.parametrize(
    ("words", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("ā" * 70, 1), ("ā" * 71, 2), ("a" * 307, 3)],
)
def test_a_long_text_or_one_with_a_macron_is_several(words: str, parts: int) -> None:
    assert texts.parts(words) == parts
