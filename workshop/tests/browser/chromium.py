"""The browser of the journeys: an installed Chromium or Chrome, never one downloaded."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The journeys need an installed Chromium or Chrome, and there is none. Install one "
    "(Debian and Ubuntu: apt-get install chromium), or set BROWSER_PATH to its program."
)


def browser_path() -> str | None:
    """The browser's program: what BROWSER_PATH names, else the first that is installed."""
    named = os.environ.get("BROWSER_PATH", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(None if browser_path() else MISSING)
