"""The journeys' browser, and what Playwright needs beside Django."""

import os

import pytest

from workshop.tests.browser.chromium import MISSING, browser_path


@pytest.fixture(scope="session", autouse=True)
def _playwright_beside_django():
    """Playwright keeps an event loop running in the test's thread; Django would refuse to work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = browser_path()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    # Chromium's own sandbox does not start as root.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    return browser_type_launch_args | {"executable_path": path, "args": arguments}
