"""`supervisor serve`: the pages, with the worker process inside."""

import click
from flask import Flask

from supervisor import clock, schedule
from supervisor.app import create_app
from supervisor.commands.frame import check_secret, opened_app, refusals, warn_of_set_clock
from supervisor.config import from_environment
from supervisor.extensions import db
from supervisor.settings import HubSettings, read


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-worker", is_flag=True, help="Leave alerts and messages to `supervisor work`.")
@refusals
def serve(host: str, port: int, *, no_worker: bool) -> None:
    """Serve the pages. One machine needs no more; `supervisor work` may run beside it."""
    check_secret()
    _check_database()
    run(host, port, worker=not no_worker)


def run(host: str, port: int, *, worker: bool) -> None:
    """Serve until it is stopped. Gunicorn is not on every system, so it is asked for last."""
    from supervisor.commands.server import Server, check_free

    check_free(host, port)
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    Server(lambda: _load(worker=worker, port=port), host, port).run()


def _check_database() -> None:
    with opened_app():
        demo = read(db.session(), HubSettings).demo
    warn_of_set_clock(demo=demo)


def _load(*, worker: bool, port: int) -> Flask:
    config = from_environment(port)
    app = create_app(config)
    with app.app_context():
        demo = read(db.session(), HubSettings).demo
        db.session.remove()
    clock.set_to(config.now if demo else None, moving=True)
    if worker:
        schedule.start_inside(app)
    return app
