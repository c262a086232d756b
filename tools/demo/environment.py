"""The demo's settings, and what stands in its way, settled before anything slow is begun.

Needs no package but Python's own: `python -m workshop.demo.environment PORT` asks the same before
an installation.
"""

import argparse
import fcntl
import json
import os
import signal
import socket
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCK = "demo.lock"


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def settle(arguments: list[str]) -> None:
    """Put what the demo needs into the environment; end with a sentence where it can't start.

    A .env file for production may lie beside: what the demo must have comes before it.
    """
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--port", type=int, default=8000)
    try:
        port = parser.parse_known_args(arguments)[0].port
    except SystemExit:
        sys.exit("--port takes a number, such as --port 8080.")
    if {"-h", "--help"}.isdisjoint(arguments) and (sentence := refusal(port)):
        sys.exit(sentence)
    # Until there is something to be ended, Ctrl-C ends this without a word.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ |= {
        "DEMO": "on",
        "HTTPS": "off",
        "SITE_URL": address(port),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "TRUSTED_PROXIES": "0",
    }


def refusal(port: int) -> str:
    """Why the demo can't start here, in a sentence; "" where nothing is in its way."""
    if sys.version_info < (3, 11):  # noqa: UP036 - asked by whatever Python there is
        return f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}."
    folder = BASE_DIR / (os.environ.get("VAR_DIR") or "var")
    return _not_writable(folder) or already_running(folder) or _port_taken(port)


def already_running(folder: Path) -> str:
    """A sentence where another demo keeps its files in `folder`, else ""."""
    try:
        with open(folder / LOCK) as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return ""
    except PermissionError:
        return f"The files in {folder} belong to another user: run the demo as that one."
    except BlockingIOError:
        where = _noted(folder).get("address", "another port")
        return f"The demo of this folder is running already, at {where}. End it there with Ctrl-C."
    return ""


def _noted(folder: Path) -> dict:
    try:
        return json.loads((folder / LOCK).read_text())
    except (OSError, ValueError):
        return {}


def _not_writable(folder: Path) -> str:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(nearest, os.W_OK | os.X_OK) and nearest.is_dir():
        return ""
    return f"The folder {nearest} can’t be written to. Move the project to one that can."


def _port_taken(port: int) -> str:
    if not 1 <= port <= 65535:
        return "A port is a number from 1 to 65535: make demo PORT=8080"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except PermissionError:
            return f"Port {port} is for root alone. Choose another: make demo PORT=8080"
        except OSError:
            free = _free_port()
            return f"Port {port} is taken by another program. Choose another: make demo PORT={free}"
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    try:
        sys.exit(refusal(int(sys.argv[1])) or 0)
    except (IndexError, ValueError):
        sys.exit("PORT= takes a number, such as PORT=8080.")
