"""How the process ends that reads a stranger's calendar, and how that is told."""

import signal
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest

from calendars import apart
from calendars.foreign import Unreadable
from tests.foreign import AUCKLAND, SINCE, TUESDAY, UNTIL, calendar

ENDS = [
    ("resource.setrlimit(resource.RLIMIT_CPU, (1, 3))\nwhile True: pass", "too_long", ""),
    ("signal.raise_signal(signal.SIGKILL)", "too_much", ""),
    ("signal.raise_signal(signal.SIGSEGV)", "crashed", f"-{int(signal.SIGSEGV)}"),
    ("raise RuntimeError('a word of somebody')", "crashed", "1 RuntimeError"),
]


@pytest.mark.parametrize(("code", "why", "logged"), ENDS)
def test_why_the_process_ended_is_known_and_no_word_of_the_calendar_logged(
    monkeypatch, caplog, tmp_path, code, why, logged
):
    reader = tmp_path / "reader"
    reader.write_text(f"#!{sys.executable}\nimport resource, signal\n{code}\n")
    reader.chmod(0o755)
    monkeypatch.setattr(apart.sys, "executable", str(reader))
    with pytest.raises(Unreadable, match=why):
        apart.read_apart(calendar(TUESDAY), SINCE, UNTIL, AUCKLAND)
    assert logged in caplog.text
    assert bool(caplog.text) == bool(logged)
    assert "somebody" not in caplog.text


def test_what_needs_more_memory_than_it_may_have_is_given_up(monkeypatch):
    def greedy(*_given):
        raise MemoryError

    monkeypatch.setattr(apart, "_limit", lambda: None)
    monkeypatch.setitem(apart.TASKS, "busy", greedy)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO()))
    assert apart.main("busy") == '"too_much"'


def test_a_process_that_sleeps_is_not_waited_for_without_end(monkeypatch, tmp_path):
    reader = tmp_path / "reader"
    reader.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(600)\n")
    reader.chmod(0o755)
    monkeypatch.setattr(apart.sys, "executable", str(reader))
    monkeypatch.setattr(apart, "WAITED", 0.5)
    with pytest.raises(Unreadable, match="too_long"):
        apart.read_apart(calendar(TUESDAY), SINCE, UNTIL, AUCKLAND)
