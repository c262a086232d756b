"""The load generator: wrk, and what it answers."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
THREADS = 2
CONNECTIONS = 8
# Any secret does where cookie and header agree, as they do in a browser.
CSRF_SECRET = "b" * 32
PRACTICE = {
    "practice": "A practice to be measured",
    "country": "TH",
    "summary": "What was tried and what came of it.",
    "brings": "A film",
}


class LoadFailed(Exception):
    """wrk could not do its work; the sentence says why."""


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
    """What to do where the load generator isn't installed; "" where it is."""
    if shutil.which("wrk"):
        return ""
    return "The load generator wrk is not installed. Debian: apt-get install wrk"


def get(url: str, seconds: float, cookie: str = "") -> Run:
    """Ask for one page again and again, as nobody or with somebody's session."""
    headers = ["--header", f"Cookie: sessionid={cookie}"] if cookie else []
    return _wrk(["--threads", THREADS, "--connections", CONNECTIONS, *headers], seconds, url)


def reserve(origin: str, seconds: float, hosts: list[tuple[str, str, str]]) -> Run:
    """Reserve and release in turn. hosts: for each a session and the addresses to post to.

    A thread for each with one connection, so that a host's requests follow each other.
    """
    options = ["--threads", len(hosts), "--connections", len(hosts)]
    arguments = [CSRF_SECRET, *(text for host in hosts for text in host)]
    return _wrk(options, seconds, origin, script="reserve.lua", arguments=arguments)


def _wrk(options, seconds, url, script="report.lua", arguments=()) -> Run:
    duration = ["--duration", f"{max(1, round(seconds))}s", "--timeout", "10s"]
    command = ["wrk", *options, *duration, "--script", HERE / script, url, "--", *arguments]
    environment = os.environ | {"BENCH_LUA": str(HERE), "BENCH_BODY": urlencode(PRACTICE)}
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        list(map(str, command)), capture_output=True, text=True, env=environment
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if done.returncode or not lines:
        raise LoadFailed(f"wrk failed: {(done.stderr or done.stdout).strip()}")
    return read(lines[-1])


def read(line: str) -> Run:
    """What report.lua printed."""
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
