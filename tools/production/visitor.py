"""Somebody at a browser, as far as HTTPS, cookies and forms go."""

import base64
import hmac
import http.client
import re
import ssl
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tools.production.forms import Button, Form, FormReader
from tools.production.machine import HOST, Machine

SITE = f"https://{HOST}"
TRUE = True


class Visitor:
    """A browser of one person: their cookies, and the page before them.

    cookies: those kept now. secrets: every value that a cookie of theirs ever had.
    """

    def __init__(self, name: str, machine: Machine) -> None:
        self.name = name
        self.cookies: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.status, self.page, self.address = 0, "", f"{SITE}/"
        self.headers = http.client.HTTPMessage()
        self.moves_to(machine)

    def moves_to(self, machine: Machine) -> None:
        """Find the site on another machine from now on, as after a change in the DNS."""
        self._port = machine.ports["https"]
        self._context = ssl.create_default_context(cafile=f"{machine.folder}/cert.pem")
        self._context.check_hostname = False  # asked by number; the certificate is checked

    def goes_to(self, address: str) -> None:
        self._ask("GET", urljoin(self.address, address), None)

    def presses(self, words: str, **fields: str | bool | list[str]) -> None:
        """Fill in the form with this button and send it; True ticks every box of a name."""
        form, button = self._form_with(words)
        data = dict(form.fields)
        if button.name:
            data[button.name] = [button.value]
        for name, given in fields.items():
            if name not in form.fields and name not in form.boxes and f'name="{name}"' not in self.page:
                raise SystemExit(f"{self.name}: the form at {self.path} does not ask for {name}.")
            boxes = [value for value, _label in form.boxes.get(name, [])]
            data[name] = boxes if given is True else given if isinstance(given, list) else [str(given)]
        to = urljoin(self.address, button.action or form.action or self.address)
        self._ask(form.method.upper(), to, urlencode(data, doseq=True))

    def box(self, label: str) -> str:
        """Return the name of the box that bears this label."""
        for form in FormReader(self.page).forms:
            for name, boxes in form.boxes.items():
                if label in [each for _value, each in boxes]:
                    return name
        raise SystemExit(f"{self.name}: no box “{label}” at {self.path}.")

    def reads(self, *sentences: str) -> None:
        """End the run unless each of these stands on the page."""
        text = " ".join(re.sub(r"<[^>]+>", " ", self.page).split())
        if missing := [each for each in sentences if each not in text]:
            raise SystemExit(f"{self.name} does not read {missing} at {self.path}:\n{text[:3000]}")

    def follows(self, words: str) -> None:
        """Follow the first link with these words."""
        for address, text in re.findall(r'<a\s[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.page, re.S):
            if words in " ".join(re.sub(r"<[^>]+>", " ", text).split()):
                return self.goes_to(address)
        raise SystemExit(f"{self.name}: no link “{words}” at {self.path}.")

    @property
    def path(self) -> str:
        """Where they are, without what may be secret in it."""
        return "/".join(urlsplit(self.address).path.split("/")[:4])

    def _form_with(self, words: str) -> tuple[Form, Button]:
        for form in FormReader(self.page).forms:
            for button in form.buttons:
                if button.words == words:
                    return form, button
        raise SystemExit(f"{self.name}: no button “{words}” at {self.path}.")

    def _ask(self, method: str, address: str, body: str | None) -> None:
        parts = urlsplit(address)
        to = parts._replace(scheme="", netloc="").geturl()
        headers = {
            "Host": HOST,
            "Referer": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, context=self._context, timeout=30
        )
        connection.request(method, to, body, headers)
        answer = connection.getresponse()
        self.page, self.status = answer.read().decode(errors="replace"), answer.status
        connection.close()
        self.headers, self.address = answer.headers, f"{SITE}{to}"
        self._keep_cookies()
        if answer.status in (301, 302, 303):
            self._ask("GET", urljoin(self.address, answer.headers["Location"]), None)
        elif answer.status != 200:
            raise SystemExit(f"{self.name}: {method} {self.path} is answered with {answer.status}.")

    def _keep_cookies(self) -> None:
        for line in self.headers.get_all("Set-Cookie", []):
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
                self.secrets.add(cookie.value)
                if cookie["max-age"] == "0":
                    del self.cookies[name]


class AuthenticatorApp:
    """An app on somebody's telephone that shows six digits (RFC 6238)."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._key = base64.b32decode(secret)
        self._step = 0

    def digits(self) -> str:
        """Return digits not shown before: the site takes each once, and the next ones early."""
        self._step = max(int(time.time()) // 30, self._step + 1)
        digest = hmac.digest(self._key, self._step.to_bytes(8), "sha1")
        at = digest[-1] & 15
        return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"
