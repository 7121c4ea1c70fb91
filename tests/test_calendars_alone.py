"""The package of calendars by itself: nothing of the hub, and little of anybody else's."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import calendars

FOLDER = Path(calendars.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
ALONE = """
import importlib, sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"supervisor", "flask", "sqlalchemy", "werkzeug"}:
            raise ImportError(name)
sys.meta_path.insert(0, Nothing())
for name in sys.argv[1:]:
    importlib.import_module(f"calendars.{name}")
"""
NEEDS = {"icalendar", "recurring_ical_events"}


def test_it_is_imported_where_there_is_no_hub(tmp_path: Path) -> None:
    (tmp_path / "calendars").symlink_to(FOLDER)
    command = [sys.executable, "-c", ALONE, *MODULES]
    subprocess.run(command, cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", MODULES)
def test_it_needs_two_packages_and_no_more(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    found = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)} | {
        alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names
    }
    tops = {str(one).partition(".")[0] for one in found}
    assert tops <= NEEDS | {"calendars"} | sys.stdlib_module_names


def test_its_page_says_of_every_part_where_its_rules_come_from() -> None:
    parts = re.findall(
        r"^\* `(\w+)`: (.*?)(?=^\*|\n\n)", str(calendars.__doc__), re.DOTALL | re.MULTILINE
    )
    assert sorted(name for name, _words in parts) == MODULES
    assert [name for name, words in parts if not re.search(r"RFC \d{4} *\n? *section", words)] == []
