"""What came back: a delivery report read for the mail it is about, and what became of that mail.

By the standard (RFC 3464, codes of RFC 3463), and as mail servers really write it. Of the mail that
came back only its Message-ID is read; its words are neither kept nor shown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from email.parser import HeaderParser
from enum import StrEnum

from supervisor.rules.words import N_

LONGEST = 200_000
"""More of a text is not looked at: a report says what it says in its first lines."""


class Fate(StrEnum):
    """What became of it: the mailbox is not there, this mail was not taken, or not yet."""

    GONE = "gone"
    CAME_BACK = "came_back"
    LATER = "later"


@dataclass(frozen=True)
class Report:
    """One delivery report: the ids of mails it may be about, likeliest first."""

    fate: Fate
    status: str
    message_ids: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """An address, or what stands for it, that a mail server turned away for good."""

    address: str
    at: datetime


LATELY = timedelta(hours=1)


def all_turned_away(in_a_row: Iterable[Refusal], enough: int) -> bool:
    """Whether so many different addresses were turned away within an hour, of refusals between
    which nothing was taken: then it is the mail server's doing, and no address's."""
    found = list(in_a_row)
    last = max((one.at for one in found), default=None)
    return last is not None and enough <= len(
        {one.address for one in found if one.at > last - LATELY}
    )


CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d|\d)")
REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#])")
ID = re.compile(r"^(?:X-(?:Original|MS-Exchange-Parent)-)?Message-ID:\s*(<[^<>\s]+>)", re.I | re.M)
SENDERS = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange", re.I)
SUBJECTS = re.compile(
    r"undeliver|delivery (status|fail)|returned mail|failure notice|not be delivered|"
    r"mail delivery|delivery has failed|delay",
    re.I,
)
RETURNED = re.compile(
    r"^(-+ ?(this is a copy of|original message|below this line)|original message headers:|"
    r"return-path:|received:|message-id:)",
    re.I | re.M,
)
"""Where the mail that came back begins."""
PHRASES = {
    "5.1.1": re.compile(
        r"no mailbox here by that name|user unknown|unknown user|no such (user|mailbox|recipient)|"
        r"does ?n.t exist|does not exist|address (could not be|couldn't be|wasn't) found|"
        r"recipnotfound|mailbox (unavailable|not found)|unrouteable address",
        re.I,
    ),
    "5.1.2": re.compile(r"(host|domain).{0,40}(not found|unknown|does not exist)", re.I),
    "5.2.1": re.compile(r"(mailbox|account) (is )?(disabled|inactive|suspended)", re.I),
    "5.2.2": re.compile(r"(mailbox|quota|inbox).{0,30}(full|exceeded)|over ?quota", re.I),
    "5.7.1": re.compile(
        r"relay(ing)?( access)? (is )?(denied|not (allowed|permitted)|prohibited)|unable to relay|"
        r"not permitted to relay|authentication (is )?required|black ?list|block ?list|"
        r"rejected (due to|by|as) (local |spam|policy)",
        re.I,
    ),
    "4.4.7": re.compile(r"(message|delivery).{0,30}delayed|will (be retried|retry)", re.I),
}
GONE = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)$")
NO_MAILBOX = {"550": "5.1.1", "551": "5.1.6", "553": "5.1.3"}
WHY = {
    "5.1": N_("There is no such address."),
    "5.2.1": N_("The mailbox is closed."),
    "5.2.2": N_("The mailbox is full."),
    "4.2.2": N_("The mailbox is full."),
    "5.4": N_("The other mail server was not found."),
    "5.7": N_("The other mail server takes no mail from the hub."),
    "4": N_("The other mail server has not taken it yet."),
    "5": N_("The other mail server did not take it."),
}


def why(said: str) -> str:
    """A code, or what a mail server said, in words; nothing where it names no reason."""
    parts = (status_of(said) or said).split(".")
    tries = (".".join(parts[:n]) for n in (3, 2, 1))
    return next((WHY[one] for one in tries if one in WHY), "")


def fate_of(status: str, action: str = "") -> Fate:
    """What a code says. Who gave up for good says so, whatever the code."""
    if GONE.match(status):
        return Fate.GONE
    final = status.startswith("5") or action == "failed"
    return Fate.LATER if action == "delayed" or not final else Fate.CAME_BACK


def status_of(said: str) -> str:
    """The code in what a mail server said; nothing where it names none."""
    if code := CODE.search(said):
        return code[1]
    if phrase := next((code for code, words in PHRASES.items() if words.search(said)), ""):
        return phrase
    reply = REPLY.search(said)
    return NO_MAILBOX.get(reply[1], f"{reply[1][0]}.0.0") if reply else ""


def report_of(mail: Message) -> Report | None:
    """What a mail reports; None for a mail that is no delivery report, or reports a success."""
    parts = list(_parts(mail))
    fields = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    found = _by_fields(fields) if fields else _by_words(mail, parts)
    if found is None:
        return None
    fate, status = found
    return Report(fate, status, tuple(dict.fromkeys(_ids(mail, parts))))


def _parts(mail: Message) -> Iterator[Message]:
    """A mail and what it holds, but nothing of what stands inside the mail that came back."""
    yield mail
    if mail.get_content_maintype() == "multipart":
        for part in _held(mail):
            yield from _parts(part)


def _held(part: Message) -> list[Message]:
    held = part.get_payload()
    return [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []


def _by_fields(fields: list[Message]) -> tuple[Fate, str] | None:
    """The gravest of all recipients in the report."""
    found = [_of_block(block) for field in fields for block in _blocks(field)]
    order = list(Fate)
    return min((one for one in found if one), key=lambda one: order.index(one[0]), default=None)


def _blocks(field: Message) -> Iterator[Message]:
    yield from _held(field)
    if not field.is_multipart():
        for block in re.split(r"\n\s*\n", _text(field)):
            yield HeaderParser().parsestr(block)


def _of_block(block: Message) -> tuple[Fate, str] | None:
    action = _head(block, "Action").strip().lower()
    if action not in {"failed", "delayed"}:
        return None
    named, said = _head(block, "Status"), _head(block, "Diagnostic-Code")
    status = next((s for s in (_exact(named), status_of(said)) if s), "5.0.0")
    if status.endswith(".0.0"):
        status = status_of(said) or status
    return fate_of(status, action), status


def _exact(named: str) -> str:
    code = CODE.search(named)
    return code[1] if code else ""


def _by_words(mail: Message, parts: list[Message]) -> tuple[Fate, str] | None:
    """As qmail, older Exim and older Exchange write it: words alone."""
    automatic = SENDERS.search(_head(mail, "From")) or _head(mail, "Return-Path").strip() == "<>"
    named = SUBJECTS.search(_head(mail, "Subject")) or mail.get("X-Failed-Recipients")
    if not (automatic and named):
        return None
    said = next((RETURNED.split(_text(part), 1)[0] for part in _texts(parts)), "")
    status = status_of(said)
    return (fate_of(status), status) if status else None


def _ids(mail: Message, parts: list[Message]) -> Iterator[str]:
    """In the headers that came back, in what they are quoted in, and what it answers to."""
    for part in parts:
        for head in _heads(part):
            for name in ("Message-ID", "X-Original-Message-ID"):
                yield from re.findall(r"<[^<>\s]+>", _head(head, name))
    for part in _texts(parts):
        yield from ID.findall(_text(part))
    for name in ("In-Reply-To", "References"):
        yield from re.findall(r"<[^<>\s]+>", _head(mail, name))


def _heads(part: Message) -> list[Message]:
    """The headers inside: of the mail that came back, or of the report."""
    return _held(part) if part.get_content_maintype() == "message" else []


def _texts(parts: Iterable[Message]) -> Iterator[Message]:
    for part in parts:
        if part.get_content_maintype() == "text" and not part.is_multipart():
            yield part


def _text(part: Message) -> str:
    """Its words, whatever it says of how they are coded."""
    held = part.get_payload(decode=True)
    text = held.decode("utf-8", "replace") if isinstance(held, bytes) else str(part.get_payload())
    return text[:LONGEST].replace("\r\n", "\n")


def _head(mail: Message, name: str) -> str:
    """A header on one line; nothing where there is none."""
    return " ".join(str(mail.get(name, "")).split())
