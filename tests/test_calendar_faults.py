"""Five hundred broken calendars: none crashes or hangs, and none reads as free when unsure."""

import json
import subprocess
import sys

from tests.faulty import FAULTS, case


def test_five_hundred_broken_calendars_never_read_as_free_when_unsure():
    command = [sys.executable, "-m", "tests.faulty", "500"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout) == {}


def test_the_same_number_is_the_same_calendar_and_every_fault_occurs():
    assert case(7) == case(7)
    met = " ".join(case(n).faults for n in range(500))
    assert [fault.name for fault in FAULTS if fault.name not in met] == []
