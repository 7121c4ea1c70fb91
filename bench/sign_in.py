"""How long signing in takes for a known and an unknown mailbox: nobody may tell them apart.

`python -m bench.sign_in` prints both medians and their difference beside the limit.
"""

from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flask.testing import FlaskClient
from flask_migrate import upgrade

from supervisor import clock
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Person
from supervisor.models.engine import writing

ROUNDS = 150
LIMIT = 0.10


def main() -> None:
    with TemporaryDirectory() as folder:
        app = create_app(Config(database=f"sqlite:///{Path(folder) / 'hub.db'}", secret_key="x"))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context(), writing():
            upgrade()
            db.session.add(Person(ref="ben", name="Ben Harris", email="ben@example.org"))
            db.session.commit()
        known, unknown = measured(app.test_client())
        with app.app_context():
            db.engine.dispose()
    apart = abs(known - unknown) / known
    print(f"known {known:.1f} ms, unknown {unknown:.1f} ms, apart {apart:.1%} (limit {LIMIT:.0%})")


def measured(browser: FlaskClient) -> tuple[float, float]:
    """Median milliseconds, each asked in turn so that both meet the same machine."""
    start, known, unknown = clock.now(), [], []
    for turn in range(ROUNDS):
        clock.set_to(start + timedelta(minutes=11 * turn))
        for times, email in ((known, "ben@example.org"), (unknown, f"who{turn}@example.org")):
            began = perf_counter()
            browser.post("/sign-in", data={"email": email})
            times.append(1000 * (perf_counter() - began))
    clock.set_to(None)
    return median(known), median(unknown)


if __name__ == "__main__":
    main()
