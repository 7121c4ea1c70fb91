"""The hub's settings: each group is a frozen dataclass with defaults; only differences are kept."""

from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from supervisor.models import Setting, Store

Group = TypeVar("Group")


@dataclass(frozen=True)
class HubSettings:
    """Who the hub is. `time_zone` serves everybody without a zone of their own."""

    name: str = "Supervision Hub"
    time_zone: str = "Pacific/Auckland"
    region: str = "OTA"
    phone: str = ""
    mail_from: str = "hub@localhost"
    cultural_inside_employer: bool = True
    demo: bool = False


def read(store: Store, group: type[Group]) -> Group:
    """The settings of one group, as the hub has them now."""
    row = store.get(Setting, group.__name__)
    known = {field.name for field in fields(group)}  # type: ignore[arg-type]
    return group(**{k: v for k, v in (row.values if row else {}).items() if k in known})


def save(store: Store, settings: Any) -> None:
    """Keep what differs from the defaults."""
    group = type(settings)
    default = asdict(group())
    differs = {k: v for k, v in asdict(settings).items() if v != default[k]}
    row = store.get(Setting, group.__name__) or Setting(name=group.__name__)
    row.values = differs
    store.add(row)
    store.flush()
