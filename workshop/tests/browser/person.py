"""Somebody at a screen: every page they pass is looked at, and kept as a picture."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from foundation.accounts.tests.codes import code_in
from workshop.tests.browser.accessibility import violations
from workshop.tests.browser.authenticator import AuthenticatorApp


class Person:
    """A browser of their own: its page, and what went wrong on the way.

    name: goes before the pictures' names. origin: the only host that a page may ask.
    """

    def __init__(self, context: BrowserContext, name: str, origin: str, pictures: Path):
        self.name, self.origin, self.pictures = name, origin, pictures
        self.faults: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._watch)

    def goes_to(self, address: str) -> None:
        """Open an address of the site, or a whole one out of a mail, and look at the page."""
        path = urlsplit(address)._replace(scheme="", netloc="").geturl()
        self.page.goto(f"{self.origin}{path}")
        self.looks()

    def presses(self, name: str, role: str = "button", *, within: str = "body", exact=True) -> None:
        """Press what bears this name, the first of several, and look at the page that comes."""
        pressed = self.page.locator(within).get_by_role(role, name=name, exact=exact).first
        # A click alone doesn't wait: a slow answer would be looked for on the page before.
        with self.page.expect_navigation(wait_until="load"):
            pressed.click()
        self.looks()

    def follows(self, name: str, *, within: str = "body", exact=True) -> None:
        self.presses(name, role="link", within=within, exact=exact)

    def signs_in(self, email: str, app: AuthenticatorApp | None = None) -> None:
        """Sign in with the code from mail, and with the digits of their app, if they have one."""
        self.page.get_by_label("Your e-mail address").fill(email)
        self.presses("Send me a code")
        self.page.get_by_label("Code").fill(code_in(last_mail_to(email)))
        self.presses("Sign in")
        if app:
            self.page.get_by_label("Code").fill(app.digits())
            self.presses("Sign in")

    def fills(self, **fields) -> None:
        """Fill fields by their names; a list or True ticks, and a choice is named as it is read."""
        for name, value in fields.items():
            field = self.page.locator(f'[name="{name}"]')
            kind = field.first.evaluate("e => e.type || e.tagName")
            if kind in ("checkbox", "radio"):
                for choice in value if isinstance(value, list) else [value]:
                    chosen = (
                        field
                        if choice is True
                        else field.locator(f'xpath=self::*[@value="{choice}"]')
                    )
                    chosen.first.check()
            elif kind == "select-one":
                field.first.select_option(label=value)
            else:
                field.first.fill(value)

    def reads(self, *sentences: str) -> None:
        """Each of these stands on the page."""
        text = _folded(self.page.locator("body").inner_text())
        missing = [sentence for sentence in sentences if _folded(sentence) not in text]
        assert not missing, f"{self.name} at {self.page.url} does not read {missing} in:\n{text}"

    def does_not_read(self, *sentences: str) -> None:
        text = _folded(self.page.content())
        found = [sentence for sentence in sentences if _folded(sentence) in text]
        assert not found, f"{self.name} at {self.page.url} reads {found}"

    def looks(self) -> None:
        """Keep a picture; note every breach of the accessibility rules, and sideways scrolling."""
        slug = re.sub(r"[^a-z0-9]+", "-", urlsplit(self.page.url).path.lower())[:60].strip("-")
        number = len(list(self.pictures.glob("*.png")))
        self.page.screenshot(
            path=self.pictures / f"{number:03} {self.name} {slug or 'home'}.png", full_page=True
        )
        for violation in violations(self.page):
            nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
            self.faults.append(f"{self.page.url}: {violation['id']}: {violation['help']}: {nodes}")
        sideways = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            self.faults.append(f"{self.page.url}: wider than the screen by {sideways} px")

    def _hear(self, message) -> None:
        # What a page answers with a refusal is no fault of the page's.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _watch(self, request) -> None:
        if not request.url.startswith((self.origin, "data:", "about:", "blob:")):
            self.faults.append(f"{self.page.url}: asked another host: {request.url}")


def last_mail_to(address: str) -> str:
    """The text of the newest mail for `address`, before its delivery removes it."""
    from foundation.mail.models import Message

    mail = Message.objects.filter(to=address).latest("pk")
    assert mail.text
    return mail.text


def link_in(text: str, part: str) -> str:
    """The first link in a mail's text that has `part` in its path."""
    return next(link for link in re.findall(r"https?://\S+", text) if part in link)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
