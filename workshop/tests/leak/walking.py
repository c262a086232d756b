"""One viewer at every address: what they are answered, told, and what mail that sends to whom."""

from collections import Counter
from contextlib import contextmanager
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import unquote, urlsplit

from django.core import mail
from django.db import connection, transaction
from django.test import Client

from foundation.accounts.tests.entering import enter
from foundation.mail.models import Message
from workshop.tests.leak.addresses import Address
from workshop.tests.leak.forms import forms_in
from workshop.tests.leak.viewers import STAFF, user_of

# What a post carries that nobody invited: keys, people, whatever our forms and actions may ask for.
PLAUSIBLE = {
    "practice": "A practice",
    "country": "KH",
    "summary": "What we tried.",
    "brings": "A film",
    "title": "A title",
    "name": "A name",
    "badge_name": "A name",
    "login": "stranger@example.org",
    "email": "stranger@example.org",
    "password": "secret",
    "code": "ABC123",
    "action": "delete_selected",
    "next": "/",
    "post": "",
}
NEW_MESSAGE = f'INSERT INTO "{Message._meta.db_table}"'
# What a view answers to a verb that changes nothing hangs on the view, not on who asks.
ASK_FOR_VERBS = {"nobody", "grantee", "operator"}
OFTEN_ENOUGH = 2
READABLE = ("text/", "application/json", "application/javascript", "application/xml")


class Walk:
    """findings: sentences, one a leak or a fault. seen: the marks that the viewer came upon."""

    def __init__(self, world, viewer: str, *, follows=True):
        self.world, self.viewer, self._follows = world, viewer, follows
        self.client = Client()
        user = user_of(world, viewer)
        self._own_address = world.marks.inside(getattr(user, "email", ""))
        if user.is_authenticated:
            (enter if viewer in STAFF else Client.force_login)(self.client, user)
        self._cookies = self.client.cookies.output(header="")
        self.may_read = world.marks.readable_to(viewer)
        self._last_mail = Message.objects.order_by("pk").values_list("pk", flat=True).last()
        self._has_written = False
        self._tried: Counter[tuple[str, str]] = Counter()
        self._not_taken: set[tuple[str, str]] = set()
        self._refused: Counter[str] = Counter()
        self._followed: set[str] = set()
        self.findings: dict[str, None] = {}
        self.seen: set[str] = set()

    def visit(self, address: Address, method="get", data=None):
        """Ask, look at all that comes of it, and have nothing changed by it."""
        sent = unquote(address.path) + str(data or "")
        with self._undone():
            try:
                with connection.execute_wrapper(self._notice_message):
                    response = getattr(self.client, method)(address.path, data)
            except Exception as error:  # whatever it is: that page is broken
                self._find(address, method, f"fails: {type(error).__name__}: {error}"[:300])
                return None
            self._look(address, method, sent, response)
            if self._has_written or mail.outbox:
                self._look_at_mail(address, method, sent)
            self._follow(address, method, sent, response)
        return response

    def visit_with_all_verbs(self, address: Address):
        """Read; post what nobody invited, and the page's own forms; ask for the other verbs."""
        response = self._try(address, "get")
        if self._is_worth_a_post(address, response):
            self._try(address, "post", PLAUSIBLE)
        is_first = (address.view, "head") not in self._tried
        if is_first and self.viewer in ASK_FOR_VERBS and not address.is_admin:
            self._try(address, "options")
            self._try(address, "head")
        if response is None or response.status_code != HTTPStatus.OK:
            return
        for action, data in forms_in(response):
            target = Address(action or address.path, address.view, address.given, address.reveals)
            self.visit(target, "post", data)

    def _try(self, address, verb, data=None):
        """Ask, unless the view said at another address that it doesn't take this verb."""
        tried = (address.view, verb)
        if tried in self._not_taken:
            return None
        self._tried[tried] += 1
        response = self.visit(address, verb, data)
        if response is not None and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self._not_taken.add(tried)
        return response

    def _is_worth_a_post(self, address, response) -> bool:
        """Not at what was refused to be read as often before, hidden things being the first.

        The screens of the admin have one gate; one that lets the viewer in is posted to once.
        """
        if address.is_admin and response is not None and response.status_code == HTTPStatus.OK:
            return not self._tried[address.view, "post"]
        gate = "admin" if address.is_admin else address.view
        is_refused = response is not None and (address.is_admin or response.status_code >= 400)
        self._refused[gate] += is_refused
        return not is_refused or self._refused[gate] <= OFTEN_ENOUGH

    @contextmanager
    def _undone(self):
        self.client.cookies = SimpleCookie(self._cookies)
        self._has_written = False
        mail.outbox.clear()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def _notice_message(self, execute, sql, params, many, context):
        self._has_written |= sql.startswith(NEW_MESSAGE)
        return execute(sql, params, many, context)

    def _look(self, address, method, sent, response):
        kind = response.headers.get("Content-Type", "")
        if response.content and not kind.startswith(READABLE):
            self._find(address, method, f"answers with {kind}, in which this test can't read")
        told = [str(message) for message in getattr(response.wsgi_request, "_messages", ())]
        self._look_at_headers(address, method, response)
        headers = [unquote(value) for value in response.headers.values()]
        text = "\n".join(
            [response.content.decode(errors="replace"), response.cookies.output(), *headers, *told]
        )
        inside = self.world.marks.inside(text)
        self.seen |= inside & self.may_read
        allowed = self.may_read | self.world.marks.inside(sent)
        if address.reveals:
            allowed |= self.world.marks.readable_to(address.reveals)
        for mark in sorted(inside - allowed):
            self._find(address, method, f"tells the {self.world.marks.by_text[mark].what}")

    def _look_at_headers(self, address, method, response):
        if not response.content:
            return
        policy = response.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            self._find(address, method, "comes without the strict policy")
        if response.headers.get("X-Frame-Options") != "DENY":
            self._find(address, method, "may be framed")
        kept = response.headers.get("Cache-Control", "")
        if response.wsgi_request.user.is_authenticated and not (
            "private" in kept and "no-store" in kept
        ):
            self._find(address, method, "may be kept by a cache")

    def _look_at_mail(self, address, method, sent):
        """Our own messages are in their table; what Django and allauth send, in memory."""
        ours = Message.objects.filter(pk__gt=self._last_mail)
        texts = [([each.to], each.subject + each.text) for each in ours]
        texts += [(each.to, each.subject + each.body) for each in mail.outbox]
        for recipients, text in texts:
            for reader in map(self.world.key_of, recipients):
                # Who gives another address of theirs is named there by the one they had.
                allowed = self.world.marks.inside(sent) | self._own_address
                allowed |= self.world.marks.readable_to(reader)
                for mark in sorted(self.world.marks.inside(text) - allowed):
                    what = self.world.marks.by_text[mark].what
                    self._find(address, method, f"mails “{reader}” the {what}")

    def _follow(self, address, method, sent, response):
        """One step on, once to each place; never to another host.

        What messages await there was looked at already.
        """
        if not 300 <= response.status_code < 400:
            return
        target = urlsplit(response.headers["Location"])
        if target.netloc not in ("", "testserver"):
            self._find(address, method, f"leads to {target.netloc}")
            return
        path = target._replace(scheme="", netloc="", fragment="").geturl()
        if not self._follows or target.path in self._followed:
            return
        self._followed.add(target.path)
        try:
            followed = self.client.get(path or address.path)
        except Exception as error:
            self._find(address, method, f"leads to {path}, which fails: {error}"[:300])
            return
        self._look(address, f"{method} and what follows", sent + unquote(path), followed)

    def _find(self, address, method, what):
        self.findings[f"{method.upper()} {address.path} ({address.view}) {what}"] = None
