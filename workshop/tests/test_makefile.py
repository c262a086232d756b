"""The Makefile: every target explained, and what a machine lacks told in a sentence."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

MAKEFILE = settings.BASE_DIR / "Makefile"
OLD = "import sys; sys.version_info = (3, 9, 1); sys.version = '3.9.1 (old)'"
NO_VENV = "import sys; sys.modules['ensurepip'] = None"


def make(*arguments, folder=settings.BASE_DIR, **how) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=60,
        **how,
    )


@pytest.fixture
def bare():
    """A folder that holds the Makefile and nothing else, which every user may enter."""
    made = Path(tempfile.mkdtemp(prefix="bare with blank "))
    made.chmod(0o755)
    shutil.copy(MAKEFILE, made)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def python_that(folder, first: str) -> str:
    """A Python that does something `first`, and then what it is told."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nexec python3 -c "{first}; exec(sys.argv[2])" "$@"\n')
    path.chmod(0o755)
    return f"PYTHON={path}"


def test_help_names_every_target_that_a_person_calls():
    phony = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE.read_text(), re.M))

    listed = set(re.findall(r"^  make ([a-z-]+) +\S", make("help").stdout, re.M))

    assert listed == phony - {"machine", "free-port"}


def test_demo_is_one_command():
    told = make("-n", "demo", "PORT=8123").stdout

    assert '-m tools.demo --port "8123"' in told


def test_bench_lasts_as_long_as_it_is_told():
    told = make("-n", "bench", "SECONDS=1").stdout

    assert '-m tools.bench --seconds "1"' in told


def test_mutations_are_made_in_the_files_it_is_told():
    told = make("-n", "test-mutation", "FILES=registration/status.py").stdout

    assert "-m tools.mutation registration/status.py" in told


def test_journeys_run_in_parallel():
    told = make("-n", "test-browser").stdout

    assert "-m pytest -m browser -n auto --dist worksteal" in told


@pytest.mark.parametrize(
    "target", ["demo", "test", "test-browser", "test-mutation", "test-production", "bench"]
)
def test_readme_names_the_command_behind_each_target(target):
    readme = (settings.BASE_DIR / "README.md").read_text()
    [behind] = re.findall(rf"^\| `make {target}` \| `(.+)` \|$", readme, re.M)

    told = make("-n", target).stdout.replace('"', "")

    assert f"{behind}\n" in told


@pytest.mark.parametrize(
    "target", ["lint", "test", "bench SECONDS=1", "test-production", "test-browser"]
)
def test_gate_runs_every_check(target):
    gate = (settings.BASE_DIR / ".ci" / "run").read_text()

    assert re.search(rf'^step ".+" make --no-print-directory {target}$', gate, re.M)


def test_clean_ends_the_database_before_it_removes_its_files():
    told = make("-n", "clean").stdout

    assert told.index("tools.embedded_postgresql remove") < told.index("rm -rf")


def test_machine_that_has_everything_is_told_nothing():
    done = make("machine")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_missing_python_is_told_in_a_sentence(bare):
    done = make("demo", "PYTHON=no-such-python", folder=bare)

    assert done.returncode != 0
    assert "There is no no-such-python here" in done.stderr
    assert not (bare / ".venv").exists()


@pytest.mark.parametrize(
    ("first", "sentence"),
    [(OLD, "Python 3.11 or newer is needed; this is 3.9.1"), (NO_VENV, "install its venv package")],
)
def test_unfit_python_is_told_in_a_sentence(bare, first, sentence):
    done = make("demo", python_that(bare, first), folder=bare)

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bare / ".venv").exists()


def test_folder_that_cannot_be_written_is_told_in_a_sentence(bare):
    bare.chmod(0o555)
    # Root may write anywhere, so it asks as another.
    somebody = {"user": "nobody", "group": "nogroup", "extra_groups": []}

    done = make("demo", folder=bare, **(somebody if os.getuid() == 0 else {}))

    assert done.returncode != 0
    assert f"The folder {bare} can't be written to" in done.stderr
    assert "Traceback" not in done.stderr


def test_taken_port_is_told_before_the_installation(bare):
    shutil.copytree(settings.BASE_DIR / "tools" / "demo", bare / "tools" / "demo")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = make("demo", f"PORT={port}", folder=bare)
    free = make("free-port", f"PORT={port}", folder=bare)

    assert done.returncode != 0
    assert (free.returncode, free.stdout, free.stderr) == (0, "", "")
    assert f"Port {port} is taken" in done.stderr
    assert not (bare / ".venv").exists()
