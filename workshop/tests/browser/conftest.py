"""The journeys' browser, the people who sit at it, and what Playwright needs beside Django."""

import os
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from workshop.tests.browser.chromium import MISSING, browser_path
from workshop.tests.browser.person import Person

SCREENS = {"phone": (360, 740), "desktop": (1280, 900)}
# A machine without network: what Chromium would ask for by itself.
QUIET = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds to wait for what a page is to show: several journeys share the machine.
PATIENCE = 30_000


@pytest.fixture(scope="session", autouse=True)
def _playwright_beside_django():
    """Playwright keeps an event loop running in the test's thread; Django would refuse to work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience():
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = browser_path()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    # Chromium's own sandbox does not start as root.
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    return browser_type_launch_args | {"executable_path": path, "args": QUIET + sandbox}


@pytest.fixture(params=SCREENS)
def screen(request):
    """A phone, then a desktop: the same journey at both."""
    width, height = SCREENS[request.param]
    return {"viewport": {"width": width, "height": height}}


@pytest.fixture
def person(live_server, browser, screen, request):
    """Make somebody at a screen; at the end nothing may have gone wrong on any page they passed."""
    test = re.sub(r"\W+", "-", request.node.name)
    pictures = settings.BASE_DIR / "var" / "pictures" / request.node.path.stem / test
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("*.png"):
        old.unlink()
    people = []

    def arrives(name: str, **options) -> Person:
        context = browser.new_context(**screen, **options)
        people.append(Person(context, name, live_server.url, pictures))
        return people[-1]

    yield arrives
    for each in people:
        each.page.context.close()
    faults = [fault for each in people for fault in each.faults]
    assert not faults, "\n".join(dict.fromkeys(faults))
