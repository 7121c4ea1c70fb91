"""Reports on paper: a tagged PDF with a title and a language, where it can be made."""

import re
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from supervisor import paper, wording
from supervisor.cli import main
from supervisor.errors import NotFound
from supervisor.models import Store
from supervisor.reports.reports import REPORTS
from supervisor.spreadsheets import Table

MADE = pytest.mark.skipif(not paper.can_print(), reason="the extra `pdf` or Pango is missing")


def opened(content: bytes) -> bytes:
    """The file with its packed parts beside it."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return content + b"".join(map(_inflated, packed))


def _inflated(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


def printed(store: Store, name: str, now: datetime) -> bytes:
    return opened(paper.format_of("pdf").write(REPORTS[name](store, now), wording.say))


@MADE
@pytest.mark.parametrize("name", ["card", "delivery"])
def test_it_is_tagged_and_has_a_title_a_language_and_pages(
    store: Store, cast, now, name: str
) -> None:
    made = printed(store, name, now)
    assert made.startswith(b"%PDF-1.7")
    for part in (b"StructTreeRoot", b"/Lang (en", b"pdfuaid", b"/Title", b"/Marked true"):
        assert part in made
    assert REPORTS[name].title.encode() in made


@MADE
def test_nothing_is_fetched_that_a_cell_names(store: Store, cast, now) -> None:
    rows = [('<img src="http://127.0.0.1:9/x.png">',), ("<script>",)]
    table = Table("Test", ("text",), rows, datetime(2027, 2, 10, tzinfo=UTC), ())
    assert paper.to_pdf(table, wording.say).startswith(b"%PDF")


@MADE
def test_the_page_offers_it_and_the_command_writes_it(
    store: Store, cast, sign_in, database: str, monkeypatch, tmp_path: Path
) -> None:
    cleo = sign_in(cast.cleo)
    assert "Download as PDF" in cleo.get("/reports/card").text
    answer = cleo.get("/reports/access.pdf?since=2027-01-01")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    out = tmp_path / "card.pdf"
    said = CliRunner().invoke(main, ["report", "card", "--format", "pdf", "--out", str(out)])
    assert (said.exit_code, said.stderr) == (0, "")
    assert out.read_bytes().startswith(b"%PDF")


def test_where_it_cannot_be_made_there_is_no_button_and_a_word(
    store: Store, cast, sign_in, database: str, monkeypatch, tmp_path: Path
) -> None:
    paper.can_print.cache_clear()
    monkeypatch.setattr(paper, "find_spec", lambda _name: None)
    with pytest.raises(NotFound):
        paper.format_of("pdf")
    cleo = sign_in(cast.cleo)
    assert "Download as PDF" not in cleo.get("/reports/card").text
    assert cleo.get("/reports/card.pdf").status_code == 404
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    out = str(tmp_path / "card.pdf")
    said = CliRunner().invoke(main, ["report", "card", "--format", "pdf", "--out", out])
    assert said.exit_code == 2
    assert "supervision-hub[pdf]" in said.stderr
    paper.can_print.cache_clear()
