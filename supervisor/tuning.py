"""Every group of settings there is; a new group is one line here and has its form at once."""

from typing import Any

from supervisor.settings import HubSettings
from supervisor.today import BoardSettings

GROUPS: dict[str, type[Any]] = {
    group.__name__: group
    for group in (
        HubSettings,
        BoardSettings,
    )
}
