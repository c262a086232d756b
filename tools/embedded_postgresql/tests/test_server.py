"""The database beneath everything, and the embedded server that starts by itself."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tools.embedded_postgresql.places import WHEEL
from tools.embedded_postgresql.server import EmbeddedServer, EmbeddedServerError

ENSURE = """
import sys
from tools.embedded_postgresql.server import EmbeddedServer
print(EmbeddedServer(sys.argv[1]).ensure()["host"])
"""


@pytest.fixture
def folder():
    """A folder every user may enter, with a blank in its name."""
    made = Path(tempfile.mkdtemp(prefix="with blank "))
    made.chmod(0o755)
    yield made / "postgres"
    EmbeddedServer(made / "postgres").stop()
    shutil.rmtree(made)


@pytest.fixture
def barred():
    """A folder that nobody but us may enter, as root's home is."""
    made = Path(tempfile.mkdtemp(prefix="closed "))
    yield made
    EmbeddedServer(made / "postgres").remove()
    shutil.rmtree(made)


def answer(server: EmbeddedServer, question="SELECT 1"):
    conn = psycopg2.connect(dbname="workshop", **server.ensure())
    try:
        with conn, conn.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        conn.close()


def process(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_driver_is_psycopg2():
    assert connection.Database.__name__ == "psycopg2"


def test_server_starts_when_asked_and_keeps_what_was_committed_when_stopped(folder):
    server = EmbeddedServer(folder)

    answer(server, "CREATE TABLE kept AS SELECT 42 AS number")
    running = server.is_alive()
    server.stop()
    stopped = not server.is_alive()
    kept = answer(EmbeddedServer(folder), "SELECT number FROM kept")

    assert running
    assert stopped
    assert kept == 42


def test_stopping_what_does_not_run_does_nothing(folder):
    EmbeddedServer(folder).stop()

    assert not EmbeddedServer(folder).is_alive()


def test_killed_server_comes_back_over_what_it_left(folder):
    server = EmbeddedServer(folder)
    answer(server, "CREATE TABLE kept AS SELECT 42 AS number")
    old = process(server)

    os.kill(old, signal.SIGKILL)
    while server.is_alive():
        time.sleep(0.01)
    left_over = (server.data / "postmaster.pid").exists()
    kept = answer(server, "SELECT number FROM kept")

    assert left_over
    assert kept == 42
    assert process(server) != old


def test_pid_file_that_names_another_process_is_not_believed(folder):
    server = EmbeddedServer(folder)
    server.ensure()
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    alive = server.is_alive()
    found = answer(server)

    assert not alive
    assert found == 1
    assert process(server) != os.getpid()


def test_processes_that_ask_at_once_get_one_server(folder):
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ENSURE, folder],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _n in range(3)
    ]

    answers = [one.communicate(timeout=90) for one in asking]

    assert {errors for _host, errors in answers} == {""}
    assert len({host for host, _errors in answers}) == 1
    assert answer(EmbeddedServer(folder)) == 1


def test_path_too_long_for_a_socket_is_no_hindrance(folder):
    server = EmbeddedServer(folder / ("long" * 30))
    try:
        host = server.ensure()["host"]

        assert answer(server) == 1
        assert len(host) < 100
    finally:
        server.stop()
        shutil.rmtree(host, ignore_errors=True)


def test_files_and_socket_are_for_us_alone(folder):
    server = EmbeddedServer(folder)
    host = Path(server.ensure()["host"])

    modes = [path.stat().st_mode & 0o077 for path in (folder / "password", server.data, host)]

    assert modes == [0, 0, 0]
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(dbname="workshop", **server.ensure() | {"password": "guessed"})


def test_application_is_no_superuser(folder):
    question = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"

    assert answer(EmbeddedServer(folder), question) is False


def test_folder_that_others_may_not_enter_is_no_hindrance(barred):
    server = EmbeddedServer(barred / "postgres")

    answer(server, "CREATE TABLE kept AS SELECT 42 AS number")
    server.stop()
    kept = answer(EmbeddedServer(barred / "postgres"), "SELECT number FROM kept")
    place = server.data.parent
    server.remove()

    assert kept == 42
    assert barred.stat().st_mode & 0o777 == 0o700
    assert not place.exists()
    assert not (barred / "postgres").exists()


def test_programs_that_others_may_not_enter_are_no_hindrance(barred):
    found = importlib.util.find_spec(WHEEL).origin
    package = barred / "site" / WHEEL
    shutil.copytree(Path(found).parent, package, ignore=shutil.ignore_patterns("pginstall"))
    shutil.copytree(Path(found).parent.with_name(f"{WHEEL}.libs"), f"{package}.libs")
    asked = [sys.executable, "-c", ENSURE, barred / "postgres"]
    path = os.pathsep.join([str(package.parent), str(settings.BASE_DIR)])

    done = subprocess.run(
        asked, cwd="/", env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )

    server = EmbeddedServer(barred / "postgres")
    assert done.stderr == ""
    assert answer(server) == 1
    programs = Path(os.readlink(f"/proc/{process(server)}/exe"))
    assert programs.is_relative_to(package if os.getuid() else server.data.parent)


def test_new_folder_in_the_place_of_a_deleted_one_starts_empty(barred):
    answer(EmbeddedServer(barred / "postgres"), "CREATE TABLE old AS SELECT 1")
    shutil.rmtree(barred / "postgres")

    found = answer(EmbeddedServer(barred / "postgres"), "SELECT to_regclass('old') IS NULL")

    assert found


def test_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedServerError, match=r"^Can't write to .*\.$"):
        EmbeddedServer(tmp_path / "file" / "postgres").ensure()
