"""The hub's settings, as they are remembered within a transaction."""

from supervisor.models import Store
from supervisor.rules.openings import BookingSettings
from supervisor.settings import HubSettings, read, read_each, save


def test_what_was_saved_is_read_at_once(store) -> None:
    assert read(store, BookingSettings).notice_hours == 24
    save(store, BookingSettings(notice_hours=48))
    assert read(store, BookingSettings).notice_hours == 48
    assert read_each(store, HubSettings, BookingSettings)[1].notice_hours == 48


def test_a_change_that_is_taken_back_is_forgotten(store) -> None:
    store.commit()
    with store.begin_nested() as savepoint:
        save(store, BookingSettings(notice_hours=48))
        assert read(store, BookingSettings).notice_hours == 48
        savepoint.rollback()
    assert read(store, BookingSettings).notice_hours == 24
    save(store, BookingSettings(notice_hours=48))
    store.rollback()
    assert read(store, BookingSettings).notice_hours == 24


def test_the_next_transaction_reads_what_another_has_saved(store) -> None:
    assert read(store, BookingSettings).notice_hours == 24
    store.commit()
    with Store(store.get_bind()) as other:
        save(other, BookingSettings(notice_hours=48))
        other.commit()
    assert read(store, BookingSettings).notice_hours == 48
