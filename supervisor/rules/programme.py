"""What a workplace does for its own worker, beside supervision: 1:1s, a buddy, the first steps.

Source: a provider's peer work framework (M). Tracked, and never counted as supervision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from supervisor.rules.days import DAY

FULL_WEEK = 5


class Step(StrEnum):
    """A step of the programme for a new peer worker, in the order in which it is taken."""

    ORIENTATION = "orientation"
    WELCOME_LETTER = "welcome_letter"
    JOINT_MEETING_1 = "joint_meeting_1"
    JOINT_MEETING_2 = "joint_meeting_2"
    JOINT_MEETING_3 = "joint_meeting_3"
    PRESENTATION = "presentation"


@dataclass(frozen=True)
class WorkplaceSettings:
    """Most days from one 1:1 with the manager to the next, and from how many days a week on the
    programme is compulsory."""

    catch_up_days: int = 31
    compulsory_days: float = 2


def is_compulsory(fte: float | None, settings: WorkplaceSettings) -> bool:
    """Whether a job is long enough a week; one whose hours nobody knows is not."""
    return fte is not None and fte * FULL_WEEK >= settings.compulsory_days


def overdue_since(
    held: Sequence[date], away: int, on: date, settings: WorkplaceSettings
) -> date | None:
    """The day from which a 1:1 is overdue, `away` days of leave since the last one left out; None
    while it is not, and before the first was written down: nobody has begun to keep them."""
    if not held:
        return None
    since = max(held) + DAY * (settings.catch_up_days + away + 1)
    return since if since <= on else None
