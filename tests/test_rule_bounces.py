"""What came back: read from reports by the standard and from those that know none."""

import email
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.bounces import Fate, fate_of, report_of, status_of, why
from tests import reports_of_mail as written


def mail(text: str) -> Message:
    return email.message_from_string(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (written.standard(), "5.1.1"),
        (written.GMAIL, "5.1.1"),
        (written.EXCHANGE, "5.1.10"),
        (written.OLD_EXCHANGE, "5.1.1"),
        (written.QMAIL, "5.1.1"),
        (written.EXIM, "5.1.1"),
        (written.standard("5.0.0", said="smtp; 550 User unknown"), "5.1.1"),
        (written.standard("failed"), "5.1.1"),
    ],
    ids=["standard", "Gmail", "Exchange", "old Exchange", "qmail", "Exim", "vague", "no code"],
)
def test_a_mailbox_that_is_not_there_is_read_whoever_says_so(text: str, status: str) -> None:
    report = report_of(mail(text))
    assert report
    assert (report.fate, report.status) == (Fate.GONE, status)
    assert "<one@hub>" in report.message_ids


@pytest.mark.parametrize(
    ("status", "action", "fate"),
    [
        ("5.1.1", "failed", Fate.GONE),
        ("5.2.1", "failed", Fate.GONE),
        ("5.2.2", "failed", Fate.CAME_BACK),
        ("5.7.1", "failed", Fate.CAME_BACK),
        ("4.4.7", "failed", Fate.CAME_BACK),
        ("4.2.2", "delayed", Fate.LATER),
        ("4.4.1", "", Fate.LATER),
        ("5.0.0", "", Fate.CAME_BACK),
    ],
)
def test_only_what_is_the_addresss_own_fault_is_held_against_it(status, action, fate) -> None:
    """A full mailbox, a policy, a server that was away: the address may be right."""
    assert fate_of(status, action) is fate


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.1.1 <ben@example.org>: no", "5.1.1"),
        ("550 Relaying denied", "5.7.1"),
        ("553 sorry, that domain: authentication required", "5.7.1"),
        ("550 no such mailbox", "5.1.1"),
        ("552 mailbox full", "5.2.2"),
        ("554 spam", "5.0.0"),
        ("451 try again later", "4.0.0"),
        ("host 10.5.1.1 said 5.4.4", "5.4.4"),
        ("the version is 4.2.1.7 of it", ""),
        ("we met at 5.30", ""),
    ],
)
def test_a_code_is_found_in_what_was_said(said: str, status: str) -> None:
    assert status_of(said) == status


@pytest.mark.parametrize(
    "text",
    [
        written.AWAY,
        written.standard(action="delivered", status="2.0.0"),
        "Subject: Hello\n\nAre you there? 5.1.1",
        "From: postmaster@example.org\nSubject: New rules\n\n550 5.1.1",
        "From: postmaster@example.org\nSubject: Delivery failed\n\nand nobody says why",
        "",
    ],
    ids=["away", "arrived", "a letter", "from a postmaster", "no reason", "empty"],
)
def test_any_other_mail_is_none(text: str) -> None:
    assert report_of(mail(text)) is None


def test_of_several_recipients_the_gravest_counts() -> None:
    two = "\nFinal-Recipient: rfc822; a@example.org\nAction: delayed\nStatus: 4.4.1\n"
    text = written.standard().replace("\nFinal-Recipient", f"{two}\nFinal-Recipient", 1)
    report = report_of(mail(text))
    assert report
    assert report.fate is Fate.GONE


def test_a_delay_is_no_more_than_that() -> None:
    report = report_of(mail(written.standard("4.4.1", "delayed", "smtp; 451 later")))
    assert report
    assert report.fate is Fate.LATER


def test_fields_that_are_one_piece_of_text_are_read_too() -> None:
    text = written.standard().replace("message/delivery-status", "message/delivery-status; x=1", 1)
    part = next(
        one for one in mail(text).walk() if one.get_content_type() == "message/delivery-status"
    )
    part.set_payload("Reporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.1.1\n")
    whole = mail(text)
    whole.set_payload([part])
    report = report_of(whole)
    assert report
    assert report.fate is Fate.GONE


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("5.1.1", "no such address"),
        ("5.2.2", "full"),
        ("5.7.1", "no mail from the hub"),
        ("5.3.4", "did not take it"),
        ("4.4.1", "not taken it yet"),
        ("550 5.7.1 Relaying denied", "no mail from the hub"),
        ("whatever", ""),
        ("", ""),
    ],
)
def test_a_code_is_said_in_words(status: str, says: str) -> None:
    assert says in why(status)
    assert bool(why(status)) == bool(says)


@given(st.binary(max_size=2000))
def test_nothing_that_comes_in_breaks_it(sent: bytes) -> None:
    report_of(email.message_from_bytes(sent))


@given(st.integers(0, len(written.GMAIL)), st.text(max_size=20))
def test_a_broken_report_breaks_nothing(at: int, noise: str) -> None:
    report_of(mail(written.GMAIL[:at] + noise + written.GMAIL[at + len(noise) :]))
