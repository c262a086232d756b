"""What a site in production owes besides its story: headers, caches, watching, silent logs."""

import http.client
import re
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from tools.production.headers import rules_for, score_of
from tools.production.machine import HOST, PATIENCE, Machine
from tools.production.visitor import Answer, Visitor

A_PLUS = 100
KEPT = re.compile(r"max-age=(\d+).*immutable")
A_YEAR = 365 * 24 * 3600


def ask(port: int, path: str, **headers: str) -> Answer:
    """Ask past the proxy's HTTPS, as a watcher inside the network does, or at port 80."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": HOST} | headers)
        answer = connection.getresponse()
        return Answer(f"http://{HOST}{path}", answer.status, answer.headers, answer.read().decode())
    except (OSError, http.client.HTTPException) as error:
        raise SystemExit(f"Nobody answers {path} at port {port}: {error}.") from error
    finally:
        connection.close()


def watch(machine: Machine) -> None:
    """Both servers live, the site is ready, and each server tells what the other one counted.

    To be asked first of all: a process adds its first count at once, later ones every 5 seconds.
    """
    until = time.monotonic() + PATIENCE
    while (ready := ask(machine.ports["web-2"], "/readyz")).status != 200:
        if time.monotonic() > until:
            raise SystemExit(f"The site does not get ready: {ready.text.strip()}.")
        time.sleep(0.2)
    for name in ("web-1", "web-2"):
        if ask(machine.ports[name], "/healthz").status != 200:
            raise SystemExit(f"{name} does not answer /healthz.")
    if ask(machine.ports["web-1"], "/metrics").status != 404:
        raise SystemExit("/metrics is shown without its token.")
    bearer = f"Bearer {machine.environment['METRICS_TOKEN']}"
    told = ask(machine.ports["web-1"], "/metrics", Authorization=bearer)
    if 'view="readyz"' not in told.text:
        raise SystemExit("/metrics of one server does not tell what another one counted.")


def led_to_https(machine: Machine, path: str) -> str:
    """Return where a link that was typed without https leads."""
    answer = ask(machine.ports["http"], path)
    to = str(answer.headers["Location"])
    if (answer.status, to) != (301, f"https://{HOST}{path}"):
        raise SystemExit(f"Port 80 answers with {answer.status}, and does not lead to https://.")
    return to


def grade(visitors: Collection[Visitor], plain_leads_to: str) -> tuple[int, int]:
    """Return the lowest score of the pages that these people saw, and how many they were.

    Any rule that is not met at its best ends the run.
    """
    cookies = [line for each in visitors for line in each.set_cookies]
    scores = []
    for answer in (answer for each in visitors for answer in each.seen):
        rules = rules_for(answer.headers, cookies, plain_leads_to)
        if broken := [rule.name for rule in rules if not rule.is_met]:
            raise SystemExit(f"{answer.path}: the HTTP Observatory would mark {broken}.")
        scores.append(score_of(rules))
    if not cookies or min(scores) < A_PLUS:
        raise SystemExit("The HTTP Observatory would not grade this site A+.")
    return min(scores), len(scores)


def count_kept_static_files(visitor: Visitor) -> int:
    """Ask for each static file of the page; return how many a browser may keep for a year."""
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', visitor.answer.text))
    if not paths:
        raise SystemExit(f"{visitor.answer.path} names no static file.")
    for path in paths:
        answer = visitor.fetches(path)
        said = KEPT.search(answer.headers.get("Cache-Control", ""))
        if answer.status != 200 or not said or int(said[1]) < A_YEAR:
            raise SystemExit(f"{path} may not be kept for a year.")
    return len(paths)


def refuse_secrets_in_logs(machines: Iterable[Machine], secrets: Iterable[str]) -> int:
    """End the run where a log has one of these; return how many logs were read."""
    words, logs = set(secrets), dict[Path, str]()
    for each in machines:
        words |= {each.password, each.environment["SECRET_KEY"], each.environment["METRICS_TOKEN"]}
        logs |= {log: log.read_text(errors="replace") for log in each.folder.glob("*.log")}
    found = sorted({log.name for log, text in logs.items() for word in words if word in text})
    if found:
        raise SystemExit(f"A token, code, cookie, password or address is in {', '.join(found)}.")
    if not any("/register/..." in text for text in logs.values()):  # as deploy/nginx.conf writes
        raise SystemExit("No log has a line of a registration: were these the right files?")
    return len(logs)
