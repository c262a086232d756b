"""The production server on a free port, and the processor time that it and the database take."""

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from tools.bench.load import CSRF_SECRET, Request

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
PATIENCE = 30  # seconds for a server to answer
FORM = "application/x-www-form-urlencoded"
_asked = itertools.count()


@dataclass(frozen=True)
class Server:
    port: int
    process: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(settings: str, environment: dict[str, str], ready: str) -> Iterator[Server]:
    """Run gunicorn as production runs it, but with two workers that never start afresh.

    ready: the address that answers as soon as the server is up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py",
        "--workers", str(WORKERS), "--max-requests", "0", "--bind", f"127.0.0.1:{port}",
        "--log-level", "warning", "workshop.wsgi",
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        cwd=ROOT,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": settings},
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the bench, which then ends the server
    )
    try:
        server = Server(port=port, process=process.pid)
        _wait_for(process, server, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], server: Server, ready: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, HTTPException):
            _fetch(server, Request(ready))
            return
        time.sleep(0.05)
    raise SystemExit("gunicorn did not start; see above.")


def seconds_of(pid: int | None) -> float | None:
    """Return the processor time of a process and all below it, those that have ended among them."""
    if pid is None:
        return None
    first = psutil.Process(pid)
    spent = first.cpu_times()
    total = spent.user + spent.system + spent.children_user + spent.children_system
    for child in first.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used = child.cpu_times()
            total += used.user + used.system
    return total


@dataclass(frozen=True)
class Answer:
    """One answer: its status, and the bytes of its body before and after compression."""

    status: int
    size: int
    sent: int


def ask(server: Server, request: Request) -> Answer:
    """Ask once as a browser does, which takes compressed answers, and once without."""
    status, size = _fetch(server, request)
    _status, sent = _fetch(server, request, {"Accept-Encoding": "gzip, br"})
    return Answer(status=status, size=size, sent=sent)


def headers_of(request: Request) -> dict[str, str]:
    """Return what a browser sends along, and the proxy in front of the site."""
    headers = {"X-Forwarded-For": "192.0.2.1"}
    if request.cookies:
        headers["Cookie"] = request.cookies
    if request.body is not None:
        headers |= {"X-CSRFToken": CSRF_SECRET, "Content-Type": FORM}
    return headers


def _fetch(server: Server, request: Request, more: dict[str, str] | None = None) -> tuple[int, int]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    typed = request.typed(f"asked-{next(_asked)}") or None
    try:
        connection.request(request.method, request.path, typed, headers_of(request) | (more or {}))
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()
