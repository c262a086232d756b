"""`python -m tools.demo`: what stands in its way is told in a sentence; what it starts, it ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from foundation.mail.tests.mail_server import free_port
from tools.demo import environment, prepare, running
from tools.embedded_postgresql.server import EmbeddedServer

LIMIT = 120  # seconds: reached only by what will never come


@pytest.fixture
def folder():
    """A folder of the demo's own with a blank in its name, static files collected already."""
    made = Path(tempfile.mkdtemp(prefix="demo with blank "))
    made.chmod(0o755)
    static = made / "static"
    static.mkdir()
    paths = {path: path for finder in get_finders() for path, _storage in finder.list([])}
    (static / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": paths}))
    yield made
    EmbeddedServer(made / "postgres").stop()
    shutil.rmtree(made)


def demo(folder, port) -> subprocess.Popen:
    """The demo as a person starts it; settings of the tests kept from it."""
    names = ("DATABASE_URL", "CACHE_URL", "SECRET_KEY", "POSTGRESQL_BIN_DIR", "SITE_NAME")
    ours = {"DJANGO_SETTINGS_MODULE": "workshop.settings", "VAR_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=os.environ | dict.fromkeys(names, "") | {"SITE_NAME": "Demo"} | ours,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def runs(process: psutil.Process) -> bool:
    """Whether it still does; who started it may be slow to take note of its end."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=LIMIT) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_demo_runs_and_ends_with_all_that_it_started(folder):
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    started = demo(folder, port)
    said = []
    for line in started.stdout:
        said.append(line)
        if "/register/" in line and any("The demo runs" in before for before in said):
            break
    said = "".join(said)

    home, about = get(f"{site}/")
    mailbox, mails = get(f"{site}/demo/mailbox/")
    missing, _nothing = get(f"{site}/bangkok-2024/register/no:such-token/no/")
    second = demo(folder, free_port())
    refused = second.communicate(timeout=LIMIT)[1]
    processes = psutil.Process(started.pid).children(recursive=True)
    database = psutil.Process(int((folder / "postgres/18/postmaster.pid").read_text().split()[0]))
    started.send_signal(signal.SIGINT)
    last, errors = started.communicate(timeout=LIMIT)

    assert (home, mailbox, missing) == (200, 200, 404)
    assert "Bangkok" in about
    assert f"{site}/bangkok-2024/register/" in mails
    for wanted in ("organiser@example.org", "pending@example.org", f"{site}/demo/mailbox/"):
        assert wanted in said
    assert second.returncode == 1
    assert f"running already, at {site}/" in refused
    assert started.returncode == 0
    assert "The demo has ended" in last
    assert "Traceback" not in errors
    assert "no:such-token" not in errors
    assert len(processes) >= 4  # the web server and its two workers, the worker
    assert not [one for one in (*processes, database) if runs(one)]


def test_port_that_is_taken_is_told_before_anything_is_begun(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = demo(tmp_path / "var", port)
        output, errors = refused.communicate(timeout=LIMIT)

    assert refused.returncode == 1
    assert f"Port {port} is taken" in errors
    assert "make demo PORT=" in errors
    assert "Traceback" not in errors
    assert output == ""
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty"])
def test_port_that_is_none_is_told_in_a_sentence(tmp_path, port):
    refused = demo(tmp_path, port)
    _output, errors = refused.communicate(timeout=LIMIT)

    assert refused.returncode == 1
    assert "number" in errors
    assert "Traceback" not in errors


def test_folder_that_cannot_be_written_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    assert "can’t be written to" in environment.refusal(str(free_port()))


def test_file_in_place_of_the_folder_is_told_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "var").touch()
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))

    assert "can’t be written to" in environment.refusal(str(free_port()))


def test_lock_of_a_demo_that_was_killed_hinders_nobody(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    (tmp_path / environment.LOCK).write_text('{"address": "http://127.0.0.1:1/", "database": "7"}')

    with running.only_one("http://127.0.0.1:2/") as lock:
        held = environment.already_running(tmp_path)
        noted = lock.noted()

    assert "http://127.0.0.1:2/" in held
    assert noted["database"] == "7"
    assert environment.already_running(tmp_path) == ""


@pytest.mark.parametrize(("noted", "ends"), [("the server's", True), ("another", False)])
def test_database_found_running_is_ended_only_if_a_demo_started_it(
    folder, settings, monkeypatch, noted, ends
):
    settings.VAR_DIR = folder
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "tools.embedded_postgresql")
    settings.EMBEDDED_POSTGRESQL = {"folder": folder / "postgres"}
    server = EmbeddedServer(folder / "postgres")
    server.ensure()
    pid = (server.data / "postmaster.pid").read_text().split()[0] if ends else noted

    with running.stoppable(), running.only_one("here") as lock:
        lock.note(database=pid)
        with running.database(lock):
            pass

    assert server.is_alive() is not ends


def test_process_that_ends_by_itself_ends_the_demo_with_a_sentence(tmp_path):
    script = tmp_path / "short.py"
    script.touch()

    with running.stoppable(), running.children() as started:
        started.start("worker", str(script))
        with pytest.raises(running.DemoError, match="The worker has ended by itself"):
            started.watch()


def test_process_that_will_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "PATIENCE", 0.1)
    script = tmp_path / "deaf.py"
    script.write_text(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(tmp_path / 'ready')!r}, 'w').close(); time.sleep(60)"
    )

    with running.stoppable(), running.children() as started:
        started.start("web server", str(script))
        while not (tmp_path / "ready").exists():
            time.sleep(0.01)

    assert started.processes["web server"].returncode == -signal.SIGKILL


def test_process_ends_when_the_demo_is_killed(tmp_path):
    script = tmp_path / "long.py"
    script.write_text("print('ready', flush=True); import time; time.sleep(60)")
    child = subprocess.Popen(
        [sys.executable, "-m", "tools.demo.child", str(script)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()

    child.stdin.close()  # what becomes of it when whoever holds the other end is gone

    assert child.wait(timeout=LIMIT) == -signal.SIGTERM
    child.stdout.close()


def test_told_to_end_twice_the_ending_is_not_broken_off():
    before = signal.getsignal(signal.SIGINT)  # a test run in the background ignores it

    with running.stoppable():
        with pytest.raises(running.Stop):
            signal.raise_signal(signal.SIGINT)

        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGINT) is before


def test_static_files_are_collected_anew_after_a_change(tmp_path, settings):
    source = tmp_path / "source" / "css"
    source.mkdir(parents=True)
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATIC_ROOT = tmp_path / "root"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    manifest = tmp_path / "root" / "staticfiles.json"
    missing = prepare.static_files_are_fresh()
    manifest.parent.mkdir()
    manifest.touch()
    os.utime(manifest, (time.time() + 1, time.time() + 1))
    fresh = prepare.static_files_are_fresh()

    (source / "new.css").touch()
    os.utime(source / "new.css", (time.time() + 9, time.time() + 9))

    assert not missing
    assert fresh
    assert not prepare.static_files_are_fresh()
