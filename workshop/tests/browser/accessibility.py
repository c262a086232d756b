"""The rules of accessibility that every page is held to, by axe."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Else it would load style sheets again, in a way that the site's policy refuses.
    "preload": False,
    # What is in order need not be described, nor sent from the browser: half of the time.
    "resultTypes": ["violations"],
}
# The list that Django's own choice by typing draws: select2 puts its search field into it.
NOT_OURS = {"exclude": [".select2-selection__rendered"]}


def violations(page: Page) -> list[dict]:
    """Return every rule that the page breaks, each with the nodes that break it."""
    page.evaluate(AXE_SCRIPT)
    run = "([context, rules]) => axe.run(context, rules).then(found => found.violations)"
    return page.evaluate(run, [NOT_OURS, RULES])
