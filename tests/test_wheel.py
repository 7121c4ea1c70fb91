"""The wheel: everything inside, and it runs from any folder."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"http://\S+/sign-in/\S+")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel alone was installed."""
    made, into = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(made), cwd=ROOT)
    wheel = next(made.glob("supervision_hub-*.whl"))
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(into))
    _python(*pip, "--disable-pip-version-check", str(wheel), cwd=made)
    return into


def _python(*command: str, cwd: Path, path: Path | None = None) -> str:
    env = _environment(cwd, path)
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(folder: Path, path: Path | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SUPERVISOR_", "COV_"))}
    place = {"SUPERVISOR_DATABASE": str(folder / "demo.db")}
    return kept | (place | {"PYTHONPATH": str(path)} if path else {})


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def told(installed: Path, elsewhere: Path) -> str:
    """What `supervisor demo` said, run from another folder."""
    return _python("-m", "supervisor", "demo", "--no-serve", cwd=elsewhere, path=installed)


def test_the_code_that_runs_is_the_wheels(installed: Path, elsewhere: Path) -> None:
    where = _python("-c", "import supervisor; print(supervisor.__file__)", cwd=elsewhere,
                    path=installed)  # fmt: skip
    assert Path(where.strip()).is_relative_to(installed)


def test_the_demo_is_built_and_names_six_people_with_a_link_each(told: str) -> None:
    assert len(LINK.findall(told)) == 6
    assert re.search(r"Peer supervision +\d+ +\d+", told)
    assert re.search(r"\d+ of \d+ sessions", told)


@pytest.fixture
def served(told: str, installed: Path, elsewhere: Path) -> Iterator[str]:
    """The demo served on a free port of this machine."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "supervisor", "serve", "--port", str(port), "--no-worker"],
        cwd=elsewhere,
        env=_environment(elsewhere, installed),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        server.stdout.readline()
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _answering(address: str) -> str:
    import time

    for _ in range(100):
        try:
            urlopen(f"{address}/sign-in").close()
        except OSError:
            time.sleep(0.2)
        else:
            return address
    raise AssertionError("the server did not answer")


def test_pages_styles_and_scripts_are_served_from_another_folder(served: str, told: str) -> None:
    token = LINK.findall(told)[0].rsplit("/", 1)[1]
    for path in (
        "/sign-in", f"/sign-in/{token}", "/static/hub.css", "/static/tokens.css",
        "/static/hub.js", "/static/icons.svg",
    ):  # fmt: skip
        with urlopen(served + path) as answer:
            assert answer.status == 200
            assert len(answer.read()) > 300
