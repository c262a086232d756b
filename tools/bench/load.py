"""The load generator: wrk, and what it answers."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
THREADS = 2
CONNECTIONS = 8
# Any secret does where cookie and header agree, as they do in a browser.
CSRF_SECRET = "b" * 32
NUMBER = "NUMBER"  # in what is posted: another text in each request


class LoadFailed(Exception):
    """wrk could not do its work; the sentence says why."""


@dataclass(frozen=True)
class Request:
    """What a row asks for, as nobody or with somebody's session.

    body: what is posted; None for a page that is got. right: the status of a good answer.
    """

    path: str
    cookie: str = ""
    body: dict[str, str | list[str]] | None = None
    right: int = 200

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def cookies(self) -> str:
        session = [f"sessionid={self.cookie}"] if self.cookie else []
        secret = [f"csrftoken={CSRF_SECRET}"] if self.body is not None else []
        return "; ".join(session + secret)

    def typed(self, number: str = NUMBER) -> str:
        """Return the form as a browser sends it, with `number` where each request has another."""
        return urlencode(self.body or {}, doseq=True).replace(NUMBER, number)


@dataclass(frozen=True)
class Run:
    """One row's load. Times in milliseconds; unexpected: answers by their status."""

    requests: int
    seconds: float
    median: float
    p95: float
    unexpected: dict[str, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def missing_wrk() -> str:
    """Return what to do where the load generator isn't installed; "" where it is."""
    if shutil.which("wrk"):
        return ""
    return "The load generator wrk is not installed. Debian: apt-get install wrk"


def drive(origin: str, request: Request, seconds: float) -> Run:
    """Ask for one page, or send one form, again and again."""
    options = ["--threads", THREADS, "--connections", CONNECTIONS]
    url = f"{origin}{request.path}"
    if request.body is None:
        cookies = ["--header", f"Cookie: {request.cookies}"] if request.cookies else []
        return _wrk([*options, *cookies], seconds, url)
    arguments = [request.cookies, request.right, CSRF_SECRET]
    return _wrk(options, seconds, url, "post.lua", arguments, request.typed())


def reserve(origin: str, hosts: list[tuple[Request, Request]], seconds: float) -> Run:
    """Reserve and release in turn. hosts: both requests of each.

    A thread for each with one connection, so that a host's requests follow each other.
    """
    options = ["--threads", len(hosts), "--connections", len(hosts)]
    arguments = [CSRF_SECRET]
    for first, then in hosts:
        arguments += [first.cookie, first.path, then.path]
    return _wrk(options, seconds, origin, "reserve.lua", arguments, hosts[0][0].typed())


def _wrk(
    options: Sequence[object],
    seconds: float,
    url: str,
    script: str = "report.lua",
    arguments: Sequence[object] = (),
    body: str = "",
) -> Run:
    duration = ["--duration", f"{max(1, round(seconds))}s", "--timeout", "10s"]
    command = ["wrk", *options, *duration, "--script", HERE / script, url, "--", *arguments]
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        list(map(str, command)),
        capture_output=True,
        text=True,
        env=os.environ | {"BENCH_LUA": str(HERE), "BENCH_BODY": body},
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if done.returncode or not lines:
        raise LoadFailed(f"wrk failed: {(done.stderr or done.stdout).strip()}")
    return read(lines[-1])


def read(line: str) -> Run:
    """Return what report.lua printed."""
    found = json.loads(line.removeprefix("BENCH "))
    unexpected = dict(found["unexpected"])
    if found["status"] and not unexpected:
        unexpected["400 or more"] = found["status"]
    if found["socket"]:
        unexpected["no answer"] = found["socket"]
    return Run(
        requests=found["requests"],
        seconds=found["duration"] / 1e6,
        median=found["p50"] / 1e3,
        p95=found["p95"] / 1e3,
        unexpected=unexpected,
    )
