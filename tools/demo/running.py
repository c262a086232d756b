"""That one demo runs in a folder, and ends whole: its processes first, the database last."""

import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connections

from tools.demo.environment import LOCK, already_running
from tools.embedded_postgresql.server import EmbeddedServer, EmbeddedServerError

PATIENCE = 5  # seconds that a process has to end by itself
SLOWEST_START = 60  # seconds for the web server to answer
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoError(Exception):
    """The demo can't go on; the sentence says why."""


class Stop(BaseException):
    """Somebody told the demo to end."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stop where a signal says so: once, so that the ending itself is not broken off."""

    def stop(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise Stop

    before = {number: signal.getsignal(number) for number in ENDINGS}
    for number in ENDINGS:
        # What runs under nohup is to outlive the terminal.
        if before[number] != signal.SIG_IGN or number != signal.SIGHUP:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


class Lock:
    """Held while the demo runs; the system frees it however the demo ends. What it notes stays."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.handle = os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(already_running(folder)) from error

    def noted(self) -> dict[str, str]:
        self.handle.seek(0)
        with suppress(ValueError):
            return json.loads(self.handle.read())
        return {}

    def note(self, **values: str) -> None:
        self.handle.seek(0)
        self.handle.truncate()
        json.dump(values, self.handle)
        self.handle.flush()


@contextmanager
def only_one(address: str) -> Iterator[Lock]:
    """Hold the folder, and note where its demo is reached."""
    lock = Lock(settings.VAR_DIR)
    left = lock.noted()
    lock.note(**left | {"address": address})
    try:
        yield lock
    finally:
        lock.handle.close()


@contextmanager
def database(lock: Lock) -> Iterator[None]:
    """Have the embedded server, if none else is named; end it only if a demo started it.

    A demo that was killed left it running: whoever finds it so ends it in its stead.
    """
    if settings.DATABASES["default"]["ENGINE"] != "tools.embedded_postgresql":
        yield
        return
    server = EmbeddedServer(**settings.EMBEDDED_POSTGRESQL)
    noted = lock.noted()
    ours = not server.is_alive() or noted.get("database") == _pid(server)
    try:
        server.ensure()
        if ours:
            lock.note(**noted | {"database": _pid(server)})
        yield
    finally:
        _ignore_signals()
        connections.close_all()
        if ours and server.data.exists():
            with suppress(EmbeddedServerError):
                server.ensure()  # one that is just coming up has no pid to end it by
                server.stop()
            lock.note()


def _pid(server: EmbeddedServer) -> str:
    try:
        return (server.data / "postmaster.pid").read_text().split()[0]
    except (OSError, IndexError):
        return ""


class Children:
    """The demo's processes, by the name they have in sentences."""

    def __init__(self) -> None:
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, name: str, *command: str) -> None:
        # A session of its own keeps the terminal's Ctrl-C from it: the demo ends it, in order.
        # Its input ends with the demo, however that ends (see tools/demo/child.py).
        self.processes[name] = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            [sys.executable, "-m", "tools.demo.child", *command],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def check(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise DemoError(f"The {name} has ended by itself, so the whole demo ends.")

    def watch(self) -> None:
        """Wait until one ends by itself, which is a DemoError, or a signal comes."""
        while True:
            self.check()
            time.sleep(0.2)

    def end(self) -> None:
        _ignore_signals()
        for process in self.processes.values():
            process.terminate()
        until = time.monotonic() + PATIENCE
        for process in self.processes.values():
            try:
                process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.stdin:
                process.stdin.close()


@contextmanager
def children() -> Iterator[Children]:
    """Start processes that end when the block does."""
    started = Children()
    try:
        yield started
    finally:
        started.end()


def wait_for_answer(port: int, started: Children) -> None:
    """Wait until the web server says that it and the database are well."""
    until = time.monotonic() + SLOWEST_START
    while time.monotonic() < until:
        started.check()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.05)
    raise DemoError(f"The web server did not answer within {SLOWEST_START} seconds.")
