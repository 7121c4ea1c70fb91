"""The hub's signed addresses: whoever answers is known by the address that they answer to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.plus_address import ABOUT, PlusAddress, signed, verified

HUB = "hub@example.org"
BENS = PlusAddress("session", 41, 7)
NUMBER = st.integers(0, 2**48 - 1)


@given(st.sampled_from(ABOUT), NUMBER, NUMBER)
def test_an_address_says_what_it_was_made_for(about: str, number: int, person: int) -> None:
    what = PlusAddress(about, number, person)
    assert verified("key", signed("key", HUB, what)) == what


def test_it_is_always_the_same_and_fits_into_any_mail_program() -> None:
    address = signed("key", HUB, BENS)
    assert address == signed("key", HUB, BENS)
    assert re.fullmatch(r"hub\+[a-z2-7]+@example\.org", address)
    assert len(address.partition("@")[0]) <= 64


def test_a_server_may_change_the_case() -> None:
    assert verified("key", signed("key", HUB, BENS).upper()) == BENS


def test_two_people_have_addresses_that_share_nothing() -> None:
    ben, ana = (signed("key", HUB, PlusAddress("session", 41, who)) for who in (7, 8))
    assert ben[4:12] != ana[4:12]
    assert ben[24:36] != ana[24:36]


@pytest.mark.parametrize("at", range(37))
def test_one_letter_changed_and_it_is_nobodys(at: int) -> None:
    local, _at, domain = signed("key", HUB, BENS).partition("@")
    token = local.removeprefix("hub+")
    changed = token[:at] + ("a" if token[at] != "a" else "q") + token[at + 1 :]
    assert verified("key", f"hub+{changed}@{domain}") is None


@pytest.mark.parametrize(
    "address",
    ["", "hub", HUB, "hub+@example.org", "hub+abc@example.org", "hub+ā@example.org", "hub+1!@x"],
)
def test_an_address_without_a_token_of_ours_stands_for_nothing(address: str) -> None:
    assert verified("key", address) is None


def test_another_hubs_address_is_not_ours() -> None:
    assert verified("other", signed("key", HUB, BENS)) is None
