"""The files of an evidence pack: tables as CSV, words to read first, and what proves each file."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from supervisor.reports.report_delivery import NOTES
from supervisor.rules.words import N_, Words
from supervisor.spreadsheets import Say, Table, write

README, MANIFEST = "README.txt", "manifest.json"
WHAT = Words(N_("Proof of supervision"))
CUT_OFF = Words(N_("All of it is counted up to the same moment: %(when)s."))
IN_HERE = Words(N_("What is in here:"))
DELIVERED = (
    *NOTES[:2],
    Words(N_("What the words of a file mean stands in its last column.")),
)
LEFT_OUT = Words(
    N_(
        "What is not in here: what was talked about, notes, reasons, who somebody is, and calls of "
        "somebody who needed to talk."
    )
)
HOW = (
    Words(
        N_(
            "manifest.json holds the SHA-256 of each file. If a file was changed afterwards, its "
            "SHA-256 is another. The hub's access log holds the beginning of the manifest's own."
        )
    ),
    Words(
        N_(
            "The manifest also holds the mark of the hub's record on that day. Ask the hub to run "
            "“supervisor audit verify --head” with it: it says whether a row was changed, taken "
            "out or cut off since."
        )
    ),
)


@dataclass(frozen=True)
class Page:
    """One table of the pack, the name of its file, and what it is."""

    name: str
    table: Table
    about: Words

    @property
    def file(self) -> str:
        """Its name in the pack."""
        return f"{self.name}.csv"


@dataclass(frozen=True)
class Pack:
    """The zip, and the SHA-256 of its manifest."""

    content: bytes
    digest: str


def zipped(
    pages: Sequence[Page], facts: Mapping[str, object], lines: Sequence[Words], say: Say
) -> Pack:
    """The tables, the words to read first, and the manifest of both."""
    files = {page.file: write(page.table, "csv", say) for page in pages}
    files[README] = _readme(pages, lines, say)
    files[MANIFEST] = _manifest(pages, files, facts, say)
    return Pack(_zip(files, pages[0].table.as_at), sha256(files[MANIFEST]).hexdigest())


def _readme(pages: Sequence[Page], lines: Sequence[Words], say: Say) -> bytes:
    when = pages[0].table.as_at.isoformat(timespec="minutes")
    parts = [
        [say(WHAT)],
        [*map(say, lines), say(Words(CUT_OFF.text, {"when": when}))],
        [say(IN_HERE), *(f"- {page.file}: {say(page.about)}" for page in pages)],
        [*map(say, DELIVERED)],
        [say(LEFT_OUT)],
        [*map(say, HOW)],
    ]
    return ("\r\n\r\n".join("\r\n".join(part) for part in parts) + "\r\n").encode("utf-8-sig")


def _manifest(
    pages: Sequence[Page], files: Mapping[str, bytes], facts: Mapping[str, object], say: Say
) -> bytes:
    rows = {page.file: len(page.table.rows) for page in pages}
    whole = {
        "counted_up_to": pages[0].table.as_at.isoformat(),
        **facts,
        "files": [
            {
                "name": name,
                "sha256": sha256(content).hexdigest(),
                "bytes": len(content),
                "rows": rows.get(name),
            }
            for name, content in files.items()
        ],
        "definitions": {page.file: [say(note) for note in page.table.notes] for page in pages},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _zip(files: Mapping[str, bytes], at: datetime) -> bytes:
    """The same content makes the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), body)
    return content.getvalue()
