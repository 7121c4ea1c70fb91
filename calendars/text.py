"""Content lines: cleaned, escaped, folded."""

import unicodedata

from icalendar import vText

CRLF = b"\r\n"
OCTETS = 75


def clean(value: str) -> str:
    """Composed characters (NFC), one kind of line break, and no control character.

    RFC 5545 section 3.3.11 allows none in TEXT but the tab; some readers stop at a stray one.
    """
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) != "Cc")


def escape(value: str) -> str:
    r"""Escape `\ ; ,` and the line break, nothing else (RFC 5545 section 3.3.11)."""
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\n", "\\n")


class Text(vText):
    r"""A TEXT value that keeps a backslash before a capital N; icalendar makes it a line break."""

    def to_ical(self) -> bytes:
        """The escaped octets."""
        return escape(clean(str(self))).encode()


def line(name: str, value: str) -> bytes:
    """One content line whose value is already escaped, with its line break."""
    return fold(f"{name}:{value}") + CRLF


def fold(content: str) -> bytes:
    """Lines of at most 75 octets, never split inside a character (RFC 5545 section 3.1).

    The space that begins a continuation counts as one of its octets.
    """
    lines, room = [b""], OCTETS
    for character in content:
        octets = character.encode()
        if len(octets) > room:
            lines.append(b" ")
            room = OCTETS - 1
        lines[-1] += octets
        room -= len(octets)
    return CRLF.join(lines)
