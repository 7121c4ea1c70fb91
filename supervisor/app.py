"""The app: configuration, extensions, doors and what every answer carries."""

from pathlib import Path

from flask import Flask, Response, request
from flask_babel import get_locale

from supervisor import blueprints, door, pages, passing
from supervisor.config import Config, from_environment
from supervisor.extensions import babel, csrf, db, login, migrate
from supervisor.models import engine

PACKAGE = Path(__file__).parent
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
KEPT_STATEMENTS = 2000
"""All that the doors and jobs ask, of which the usual 500 would forget some."""


def create_app(config: Config | None = None) -> Flask:
    """The web application; without `config` it is read from the environment."""
    config = config or from_environment()
    app = Flask("supervisor", template_folder=str(_templates()))
    app.config.update(_flask_settings(config), HUB=config)
    app.before_request(_write_lock_for_unsafe)
    _bind(app)
    blueprints.register(app)
    pages.register(app)
    app.after_request(_headers)
    app.after_request(passing.note_refusal)
    app.after_request(passing.note_looks)
    return app


def _templates() -> Path:
    packaged = PACKAGE / "templates"
    return packaged if packaged.exists() else PACKAGE.parent / "templates"


def _flask_settings(config: Config) -> dict[str, object]:
    secure = config.base_url.startswith("https")
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "query_cache_size": KEPT_STATEMENTS,
            "hide_parameters": True,
            "pool_pre_ping": not config.database.startswith("sqlite"),
        },
        "SESSION_COOKIE_NAME": "__Host-form" if secure else "form",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _bind(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
    migrate.init_app(app, db, directory=str(PACKAGE / "migrations"), render_as_batch=True)
    login.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=door.locale)


def _write_lock_for_unsafe() -> None:
    """Before anything is read: a reader cannot become a writer later."""
    engine.write_from_now(on=request.method in UNSAFE)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Content-Language", str(get_locale() or "en"))
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
