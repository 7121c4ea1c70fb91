"""Devices by the words that their owners know them by."""

import pytest

from supervisor.rules.devices import device_name

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (MAC + "Chrome/128.0.0.0 Safari/537.36", "Chrome on Mac"),
        (MAC + "Chrome/128.0.0.0 Safari/537.36 Edg/128.0", "Edge on Mac"),
        (PHONE + "Version/17.4 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (PHONE + "CriOS/128.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (ANDROID + "SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
         "Samsung Internet on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on Linux"),
        ("Firefox", "Firefox"),
        ("Thing (iPad)", "iPad"),
        ("curl/8.0", "A device"),
        ("", "A device"),
    ],
)  # fmt: skip
def test_a_browser_and_what_it_runs_on(agent: str, name: str) -> None:
    words = device_name(agent)
    assert words.text % words.facts == name
