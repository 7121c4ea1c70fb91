"""The hub's settings: each group is a frozen dataclass with defaults; only differences are kept."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import select

from supervisor.models import Setting, Store
from supervisor.zones import today

Group = TypeVar("Group")
Values = dict[str, Any]
REMEMBERED = "settings"
KEPT = select(Setting.name, Setting.values)


@dataclass(frozen=True)
class HubSettings:
    """Who the hub is. `time_zone` serves everybody without a zone of their own; `mail_name` is
    whom its mail comes from, neutral since it shows on a locked phone."""

    name: str = "Supervision Hub"
    time_zone: str = "Pacific/Auckland"
    region: str = "OTA"
    phone: str = ""
    mail_name: str = "The hub"
    mail_from: str = "hub@localhost"
    cultural_inside_employer: bool = True
    demo: bool = False


def read(store: Store, group: type[Group]) -> Group:
    """The settings of one group, as the hub has them now."""
    return made(group, _differs(store).get(group.__name__, {}))


def hub_today(store: Store, now: datetime) -> date:
    """The day that it is where the hub is."""
    return today(now, read(store, HubSettings).time_zone)


def read_each(store: Store, *groups: type[Any]) -> list[Any]:
    """Several groups in one question, in their order."""
    differs = _differs(store)
    return [made(group, differs.get(group.__name__, {})) for group in groups]


def _differs(store: Store) -> dict[str, Values]:
    """What differs from the defaults, asked once in a transaction. After a change in it nothing
    is remembered until the next one: a savepoint may take the change back."""
    seen, differs = store.info.get(REMEMBERED, (None, None))
    if differs is not None and seen is store.get_transaction():
        return cast("dict[str, Values]", differs)
    with store.no_autoflush:
        rows = store.execute(KEPT).all()
    found = {row[0]: row[1] for row in rows}
    if seen is not store.get_transaction():
        store.info[REMEMBERED] = store.get_transaction(), found
    return found


def made(group: type[Group], differs: Values | None) -> Group:
    """The settings of one group by what differs from the defaults."""
    if not differs:
        return group()
    known = {field.name for field in fields(cast("type[Any]", group))}
    return group(**{name: value for name, value in differs.items() if name in known})


def save(store: Store, settings: Any) -> None:
    """Keep what differs from the defaults."""
    group = type(settings)
    default = asdict(group())
    differs = {k: v for k, v in asdict(settings).items() if v != default[k]}
    row = store.get(Setting, group.__name__) or Setting(name=group.__name__)
    row.values = differs
    store.add(row)
    store.flush()
    store.info[REMEMBERED] = store.get_transaction(), None
