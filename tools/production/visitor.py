"""Somebody at a browser, as far as HTTPS, cookies and forms go."""

import http.client
import re
import ssl
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

HOST = "workshop.example.org"


class Visitor:
    def __init__(self, port: int, certificate: str) -> None:
        self.port, self.certificate = port, certificate
        self.cookies: SimpleCookie = SimpleCookie()
        self.headers: http.client.HTTPMessage = http.client.HTTPMessage()

    def goes_to(self, path: str) -> str:
        return self._ask("GET", path, None)

    def sends(self, path: str, page: str, **fields: str) -> str:
        """Send a form that stood on `page`."""
        [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token} | fields))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False  # it is asked by number; the certificate is still checked
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=context, timeout=30
        )
        headers = {
            "Host": HOST,
            "Referer": f"https://{HOST}{path}",
            "Cookie": "; ".join(f"{name}={each.value}" for name, each in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.headers = answer.headers
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        if answer.status in (301, 302):
            return self._ask("GET", urlsplit(answer.headers["Location"]).path, None)
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status}")
        return text
