"""The words: every sentence is in the catalogues, and none of them blames anybody."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "supervisor" / "translations"
LANGUAGES = ("en", "mi")
METHODS = [
    ("supervisor/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
INSIDE = {path.name for top in ("supervisor", "templates")
          for path in [ROOT / top, *(ROOT / top).rglob("*")] if path.is_dir()}  # fmt: skip
NOT_SAID = re.compile(
    r"\b(clients?|cases?|compliance|performance|non-attendance|overdue|failed|failure|invalid)\b",
    re.IGNORECASE,
)
BLANKS = re.compile(r"%\((\w+)\)")


@pytest.fixture(scope="module")
def spoken() -> set[str]:
    """Every sentence that the code and the templates can say."""
    found = extract_from_dir(
        str(ROOT),
        METHODS,
        keywords=DEFAULT_KEYWORDS | {"N_": None},
        directory_filter=lambda path: Path(path).name in INSIDE,
    )
    return {words if isinstance(words, str) else words[0] for _, _, words, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def ids(entries: Catalog) -> set[str]:
    return {e.id if isinstance(e.id, str) else e.id[0] for e in entries if e.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_catalogue_and_no_other(language: str, spoken: set[str]) -> None:
    held = ids(catalogue(language))
    assert spoken - held == set(), "run `make words`"
    assert held - spoken == set(), "run `make words`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = BytesIO()
    write_mo(written, catalogue(language))
    assert (FOLDER / language / "LC_MESSAGES" / "messages.mo").read_bytes() == written.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_the_same_blanks(language: str) -> None:
    for entry in catalogue(language):
        if entry.id and isinstance(entry.id, str) and entry.string:
            assert set(BLANKS.findall(entry.id)) == set(BLANKS.findall(str(entry.string)))


def test_te_reo_is_spoken_only_where_a_fluent_speaker_or_the_fields_list_has_it() -> None:
    listed = set((FOLDER / "te_reo.txt").read_text("utf-8").splitlines())
    said = {e.string for e in catalogue("mi") if e.id and isinstance(e.string, str) and not e.fuzzy}
    assert said - {""}
    assert said - {""} <= listed


def test_nobody_is_blamed_in_any_sentence(spoken: set[str]) -> None:
    assert {words for words in spoken if NOT_SAID.search(words)} == set()
