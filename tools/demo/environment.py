"""What the demo needs, and what stands in its way, settled before anything slow is begun.

Needs no package but Python's own: `python -m tools.demo.environment PORT` asks the same before
an installation.
"""

import fcntl
import json
import os
import signal
import socket
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCK = "demo.lock"


def address(port: int | str) -> str:
    """Return where the demo is reached, without a slash at the end."""
    return f"http://127.0.0.1:{port}"


def var_dir() -> Path:
    """Return the folder that the demo writes into; a .env file has no say in it."""
    return BASE_DIR / (os.environ.get("VAR_DIR") or "var")


def settle(port: str) -> None:
    """Name the demo's settings and its address, whatever the environment said before."""
    # Until there is something to be ended, Ctrl-C ends this without a word.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tools.demo.settings", "SITE_URL": address(port)}


def refusal(port: str) -> str:
    """Return why the demo can't start here, in a sentence; "" where nothing is in its way."""
    if sys.version_info < (3, 11):  # noqa: UP036 - asked by whatever Python there is
        return f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}."
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        return "A port is a number from 1 to 65535: make demo PORT=8080"
    return _not_writable(var_dir()) or already_running(var_dir()) or _port_taken(int(port))


def already_running(folder: Path) -> str:
    """Return a sentence where another demo keeps its files in `folder`, else ""."""
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


def _noted(folder: Path) -> dict[str, str]:
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
    sys.exit(refusal(*sys.argv[1:]) or 0)
