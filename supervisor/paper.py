"""Reports as they are kept: every file that `spreadsheets` writes, and a tagged PDF to print.

The PDF needs the extra `pdf` and the library Pango of the machine; where either is missing there
is no such format, and no button for it.
"""

from collections.abc import Sequence
from ctypes.util import find_library
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from flask import render_template

from supervisor import spreadsheets
from supervisor.cells import cell, column_name
from supervisor.errors import NotFound
from supervisor.spreadsheets import NO_FORMAT, Format, Say, Table

WIDEST = 10
"""More columns than this do not fit on a sheet: each row then is a list of its own."""


@cache
def can_print() -> bool:
    """Whether this machine makes PDFs."""
    return find_spec("weasyprint") is not None and find_library("pango-1.0") is not None


def formats() -> dict[str, Format]:
    """Every format that there is here."""
    printed = {"pdf": Format(to_pdf, "application/pdf")} if can_print() else {}
    return spreadsheets.FORMATS | printed


def format_of(form: str) -> Format:
    """The format by its name; what is none is not found."""
    if form not in formats():
        raise NotFound(NO_FORMAT, form=form)
    return formats()[form]


def to_pdf(table: Table, say: Say) -> bytes:
    """A tagged PDF (PDF/UA) with a title, a language and numbered pages; what its words mean
    comes first."""
    page = render_template(
        "reports/paper.html",
        table=table,
        notes=[say(note) for note in table.notes],
        columns=[column_name(column) for column in table.columns],
        rows=_rows(table),
        narrow=len(table.columns) <= WIDEST,
    )
    html = import_module("weasyprint").HTML(string=page, url_fetcher=_nothing)
    return bytes(html.write_pdf(pdf_variant="pdf/ua-1"))


def _rows(table: Table) -> Sequence[Sequence[str]]:
    return [
        [cell(value, column) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def _nothing(url: str, *_more: object, **_others: object) -> dict[str, object]:
    """A report fetches nothing, whatever is written in a cell of it."""
    raise ValueError(url)
