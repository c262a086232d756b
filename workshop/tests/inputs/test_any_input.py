"""Whatever is sent to whatever address by whomever: a result, a sentence or a 400; never a fault.

Each request commits, so that faults of commit show as well. A seeded sample runs with the suite;
`make test-inputs` tries 10,000.
"""

import os
import sys
from collections import defaultdict
from random import Random

import pytest
from django.core.signals import got_request_exception
from django.test import Client

from workshop.tests.inputs import odd
from workshop.tests.leak.addresses import addresses
from workshop.tests.leak.forms import forms_in
from workshop.tests.leak.walking import PLAUSIBLE, Walk

pytestmark = pytest.mark.django_db

TRIES = int(os.environ.get("INPUTS", "30"))
SEED = int(os.environ.get("INPUTS_SEED", "1"))
VIEWERS = ["nobody", "member", "organiser"]


class Attacker:
    """Sends odd things as one viewer, and keeps what broke by them.

    Of one view, several addresses: with rows there are, of elsewhere and missing ones.
    """

    def __init__(self, world, viewer: str, random: Random):
        self._walk, self._random = Walk(world, viewer), random
        self._cookies = self._walk.client.cookies.output(header="")
        self.by_view = defaultdict(list)
        for address in addresses(world, is_staff=viewer == "organiser"):
            if "logout" not in address.path:
                self.by_view[address.view].append(address)
        self._forms = {}
        self.broken: dict[str, str] = {}
        self._raised = None
        self.understood = 0  # not a 400: else nothing would be tried

    def attack(self):
        random = self._random
        address = random.choice(self.by_view[random.choice(sorted(self.by_view))])
        method, headers = random.choice(odd.METHODS), random.choice(odd.HEADERS)
        target, data = self._form_at(address) if method == "post" else (address.path, PLAUSIBLE)
        body, kind = self._body(odd.spoilt(random, data), method)
        path, _mark, _old = target.partition("?")
        asked = odd.urlencoded(odd.query(random)).decode()
        try:
            response = self._client().generic(
                method.upper(), path, body, kind, headers=headers, query_string=asked
            )
        except Exception as error:  # a fault in answering a fault
            self._raised, response = self._raised or error, None
        self.understood += response is not None and response.status_code != 400
        what = f"{method.upper()} {target} {kind} {headers} ?{asked[:200]} {body[:500]}"
        if response is None or (response.status_code >= 500 and address.view != "readyz"):
            self._note(address, what, response)
        self._raised = None

    def _note(self, address, what, response):
        name = f"{address.view} {type(self._raised).__name__}: {str(self._raised)[:200]}"
        self.broken.setdefault(name, what)

    def _client(self) -> Client:
        client = self._walk.client
        client.raise_request_exception = False
        client.cookies.load(self._cookies)
        return client

    def _form_at(self, address):
        """One of the page's own forms, or what any of ours may ask for."""
        if address.path not in self._forms:
            page = self._client().get(address.path)
            self._forms[address.path] = forms_in(page) if page.status_code == 200 else []
        found = self._forms[address.path]
        action, data = self._random.choice(found) if found else ("", PLAUSIBLE)
        return (action or address.path), data

    def _body(self, data, method):
        """As a browser would send it, or in another type than it is."""
        body = odd.urlencoded(data)
        if self._random.random() < 0.6:
            return body, odd.FORM
        return self._random.choice([body, b"", b"--x\r\n\r\n", b"\xff\xfe"]), self._random.choice(
            odd.TYPES
        )

    def caught(self, request=None, **kwargs):
        self._raised = sys.exc_info()[1]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_input_breaks_the_site(world, viewer, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    attacker = Attacker(world, viewer, Random(f"{SEED} {viewer}"))
    got_request_exception.connect(attacker.caught)

    for _n in range(TRIES):
        attacker.attack()

    assert attacker.understood > TRIES / 4
    broken = "\n\n".join(f"{name}\n   {what}" for name, what in attacker.broken.items())
    assert not broken, broken
