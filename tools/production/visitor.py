"""Somebody at a browser, as far as HTTPS, cookies and forms go."""

import base64
import hmac
import http.client
import re
import ssl
import time
from dataclasses import dataclass
from email.message import Message
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tools.production.forms import Button, Form, FormReader
from tools.production.machine import HOST, PATIENCE, Machine

SITE = f"https://{HOST}"
TAG = re.compile(r"<[^>]+>")
LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.S)


@dataclass(frozen=True)
class Answer:
    address: str
    status: int
    headers: Message
    text: str

    @property
    def path(self) -> str:
        """Where it is, without what may be secret in it."""
        return "/".join(urlsplit(self.address).path.split("/")[:4])


class Visitor:
    """A browser of one person.

    answer: the page before them; seen: every page so far. cookies: those they have now;
    set_cookies and given_cookies: the lines and values of all that they ever got.
    """

    def __init__(self, name: str, machine: Machine) -> None:
        self.name = name
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []
        self.given_cookies: set[str] = set()
        self.answer = Answer(f"{SITE}/", 0, Message(), "")
        self.seen: list[Answer] = []
        self.moves_to(machine)

    def moves_to(self, machine: Machine) -> None:
        """Find the site on another machine from now on, as after a change in the DNS."""
        self._port = machine.ports["https"]
        self._context = ssl.create_default_context(cafile=f"{machine.folder}/cert.pem")
        self._context.check_hostname = False  # asked by number; the certificate is checked

    def goes_to(self, address: str) -> None:
        """Open a page, or whatever page it leads to."""
        self._opens("GET", address, None)

    def follows(self, words: str) -> None:
        """Follow the first link with these words."""
        for address, text in LINK.findall(self.answer.text):
            if words in _words_of(text):
                return self.goes_to(address)
        raise self._fault(f"no link “{words}”")

    def presses(self, words: str, **fields: str | bool) -> None:
        """Fill in the form with this button and send it; True ticks every box of a name."""
        form, button = self._form_with(words)
        data = form.fields | ({button.name: [button.value]} if button.name else {})
        for name, given in fields.items():
            if f'name="{name}"' not in self.answer.text:
                raise self._fault(f"no field {name}")
            data[name] = form.values_of(name) if isinstance(given, bool) else [given]
        to = button.action or form.action or self.answer.address
        self._opens(form.method.upper(), to, urlencode(data, doseq=True))

    def box(self, label: str) -> str:
        """Return the name of the box that bears this label."""
        for form in FormReader(self.answer.text).forms:
            for box in form.boxes:
                if box.label == label:
                    return box.name
        raise self._fault(f"no box “{label}”")

    def reads(self, *sentences: str) -> None:
        """End the run unless each of these stands on the page."""
        text = _words_of(self.answer.text)
        if missing := [each for each in sentences if each not in text]:
            raise self._fault(f"not {missing}, but “{text[:1500]}”")

    def finds(self, pattern: str) -> str:
        """Return what a pattern's group matches in the page's source or its address."""
        found = re.search(pattern, self.answer.address) or re.search(pattern, self.answer.text)
        if not found:
            raise self._fault(f"nothing like {pattern}")
        return found[1]

    def fetches(self, address: str) -> Answer:
        """Ask for what a page needs besides; the page stays before them."""
        return self._asks("GET", urljoin(self.answer.address, address), None)

    def _form_with(self, words: str) -> tuple[Form, Button]:
        for form in FormReader(self.answer.text).forms:
            for button in form.buttons:
                if button.words == words:
                    return form, button
        raise self._fault(f"no button “{words}”")

    def _fault(self, what: str) -> SystemExit:
        return SystemExit(f"{self.name} at {self.answer.path} finds {what}.")

    def _opens(self, method: str, address: str, body: str | None) -> None:
        self.answer = self._asks(method, urljoin(self.answer.address, address), body)
        if self.answer.status in (301, 302, 303):
            self.goes_to(str(self.answer.headers["Location"]))
            return
        self.seen.append(self.answer)
        if self.answer.status != 200:
            raise SystemExit(f"{self.name}: {self.answer.path} answers {self.answer.status}.")

    def _asks(self, method: str, address: str, body: str | None) -> Answer:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, context=self._context, timeout=PATIENCE
        )
        headers = {
            "Host": HOST,
            "Referer": self.answer.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            to = urlsplit(address)._replace(scheme="", netloc="").geturl()
            connection.request(method, to, body, headers)
            got = connection.getresponse()
            answer = Answer(address, got.status, got.headers, got.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException) as error:
            raise SystemExit(f"{self.name} gets no answer from the proxy: {error}.") from error
        finally:
            connection.close()
        self._keep_cookies(answer.headers.get_all("Set-Cookie", []))
        return answer

    def _keep_cookies(self, lines: list[str]) -> None:
        for line in lines:
            [(name, cookie)] = SimpleCookie(line).items()
            if cookie["max-age"] == "0":  # taken back; it carries nothing
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = cookie.value
                self.given_cookies.add(cookie.value)
                self.set_cookies.append(line)


def _words_of(html: str) -> str:
    return " ".join(TAG.sub(" ", html).split())


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
