"""However it was installed, from a wheel, a folder or a source archive, ``dateline`` brings all that it needs.

Each way gets a new virtual environment. Its dependencies are lent by the running one, so nothing is downloaded; the
package itself is not, because a borrowed folder's own .pth files, an editable install among them, are not read.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import __version__

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

CHECKOUT = Path(__file__).resolve().parents[2]
# What lies about in a checkout that somebody works in, and must not travel.
LITTER = (
    ".venv/lib/python3.11/site-packages/heavy.py",
    "venv/bin/activate",
    ".git/HEAD",
    "dateline.db",
    "dateline.db-wal",
    "config/dateline.db",
    "deploy/postgres-password",
    "pipeline/dateline.pages.db",
    "pipeline/__pycache__/walk.cpython-311.pyc",
    ".env",
)
WAYS = ["wheel", "editable", "folder", "wheel-of-the-sdist"]


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with Dateline in it; ``home`` is the folder of the package that it imports."""

    environment: Path
    home: Path

    def __call__(self, *arguments: str, folder: Path) -> str:
        """What ``dateline`` printed, run in ``folder``; it must have ended with exit code 0."""
        return run(str(self.environment / "bin" / "dateline"), *arguments, folder=folder)


def run(*command: str, folder: Path) -> str:
    lent = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "PYTHON"))}
    done = subprocess.run(command, cwd=folder, env=lent, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as it is, with the litter of a working day in it."""
    tree = tmp_path_factory.mktemp("checkout") / "dateline"
    shutil.copytree(CHECKOUT, tree, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "*.db*"))
    for name in LITTER:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("litter")
    return tree


@pytest.fixture(scope="module")
def sdist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(out), folder=tree)
    (archive,) = out.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tree, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module", params=WAYS)
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    way = request.param
    folder = tmp_path_factory.mktemp(way)
    if way == "wheel":
        what = [str(request.getfixturevalue("wheel"))]
    elif way == "wheel-of-the-sdist":
        what = [str(build_wheel(request.getfixturevalue("sdist"), folder))]
    else:
        tree = str(request.getfixturevalue("tree"))
        what = ["--editable", tree] if way == "editable" else [tree]
    return install(what, folder / "environment")


def build_wheel(source: Path, out: Path) -> Path:
    quiet = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    run(sys.executable, "-m", "pip", "wheel", *quiet, "--wheel-dir", str(out), str(source), folder=out)
    (wheel,) = out.glob("*.whl")
    return wheel


def install(what: list[str], environment: Path) -> Installed:
    run(sys.executable, "-m", "venv", "--without-pip", str(environment), folder=environment.parent)
    python = str(environment / "bin" / "python")
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(python, "-c", asked, folder=environment).strip())
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    # Also where the lender has Dateline itself: that one is not ours to replace.
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, *what, folder=environment)
    home = run(python, "-c", "import pipeline; print(pipeline.__path__[0])", folder=environment).strip()
    return Installed(environment, Path(home))


def test_it_says_its_version(installed: Installed, tmp_path: Path) -> None:
    assert installed("--version", folder=tmp_path).strip() == f"dateline {__version__}"


def test_an_editable_install_runs_the_checkout_and_every_other_its_own_copy(
    installed: Installed, tree: Path, request: pytest.FixtureRequest
) -> None:
    editable = request.node.callspec.params["installed"] == "editable"
    assert installed.home.is_relative_to(tree if editable else installed.environment)


def test_it_writes_a_configuration_that_it_can_use(installed: Installed, tmp_path: Path) -> None:
    installed("config", "init", folder=tmp_path)
    said = installed("config", "check", folder=tmp_path)
    assert "config/dateline.toml: can be used." in said
    shipped = (CHECKOUT / "config" / "feeds.toml").read_text(encoding="utf-8").count("[[feed]]")
    assert f"config/feeds.toml: {shipped} feeds." in said


def test_it_makes_a_store_by_its_own_migrations(installed: Installed, tmp_path: Path) -> None:
    installed("db", "upgrade", folder=tmp_path)
    store = sqlite3.connect(tmp_path / "dateline.db")
    tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    store.close()
    assert {"alembic_version", "feed", "entry", "article"} <= tables


def test_it_shows_the_demo_from_its_own_newsroom(installed: Installed, tmp_path: Path) -> None:
    shown = installed("demo", "--once", folder=tmp_path)
    assert "Polled 11 feeds" in shown
    assert "Meridian Wire" in shown


def test_the_litter_of_a_checkout_stays_out_of_the_source_archive(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "README.md",
        "Makefile",
        "requirements.lock",
        "migrations/env.py",
        "config/feeds.toml",
        "deploy/Dockerfile",
    } <= names
    assert names.isdisjoint(LITTER)
    assert not [name for name in names if name.endswith((".db", ".pyc")) or "venv" in name or name.startswith(".git/")]


def test_a_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names} == {"pipeline", f"dateline-{__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".db", ".pyc"))]
