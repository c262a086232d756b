"""Every address of the site: its patterns, walked, with every argument that the world knows.

A pattern with an argument that is not in ARGUMENTS fails the test that asks for its addresses.
"""

import re
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote, urlencode
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.urls import get_resolver
from django.utils.regex_helper import normalize

from agenda.models import Session
from registration import links
from registration.models import Participant, Submission
from workshop.tests.admin_walk import screens_of
from workshop.tests.leak.marks import new_word
from workshop.tests.our_apps import our_labels

MISSING = new_word()  # as long as the address of a hidden session
MISSING_KEY = 999_999


@dataclass(frozen=True)
class Address:
    """path: with its query. view: the name of its pattern. given: what stands in the gaps.

    reveals: the name of whoever the address itself was made for, as a link in a mail is.
    """

    path: str
    view: str
    given: tuple
    reveals: str = ""

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")

    def with_query(self, **query) -> "Address":
        return Address(f"{self.path}?{urlencode(query)}", self.view, self.given, self.reveals)


def patterns(resolver=None, form="", names=(), gaps=()):
    """Every pattern of the site: its view's name, its form with gaps, the gaps' names."""
    for entry in (resolver or get_resolver()).url_patterns:
        spelt = (normalize(each) for each in spelt_out(entry.pattern.regex.pattern))
        for more, params in chain.from_iterable(spelt):
            here = (form + more, names, (*gaps, *params))
            if hasattr(entry, "url_patterns"):
                inner = (*names, entry.namespace) if entry.namespace else names
                yield from patterns(entry, form + more, inner, here[2])
            else:
                yield ":".join((*names, entry.name or "")), here[0], here[2]


def spelt_out(regex: str):
    """Each of (?:one|another), which Django's own reversing of patterns leaves out."""
    found = re.search(r"\(\?:([^()]+)\)(?![*?+])", regex)
    if found is None:
        yield regex
        return
    for each in found[1].split("|"):
        yield from spelt_out(regex[: found.start()] + each + regex[found.end() :])


def addresses(world, *, only=lambda view: True, is_staff=True) -> list[Address]:
    """Every address whose view's name passes `only`.

    is_staff: with rows of every workshop in the admin; to others one row is like any other.
    """
    return [
        address
        for view, form, gaps in patterns()
        if only(view)
        for address in _filled(Filler(world, view, form, is_staff), form, gaps)
    ]


def _filled(filler, form, gaps):
    chosen = [{}]
    for gap in gaps:
        chosen = [given | {gap: each} for given in chosen for each in filler.values(gap, given)]
    for given in chosen:
        values = {gap: quote(str(value), safe="/:@") for gap, value in given.items()}
        reveals = filler.reveals.get(given.get("token", given.get("key")), "")
        yield Address("/" + form % values, filler.view, tuple(given.items()), reveals)


class Filler:
    """What to put into a pattern's gaps: things of the world, of elsewhere, and missing ones."""

    def __init__(self, world, view, form, is_staff):
        self.world, self.view, self.form, self.is_staff = world, view, form, is_staff
        self.reveals = {}

    def values(self, gap, given) -> list:
        if gap not in ARGUMENTS:
            raise LookupError(
                f"The leak test doesn't know what to put for “{gap}” in “/{self.form}”: add it to "
                "ARGUMENTS in workshop/tests/leak/addresses.py, so that the new address is covered."
            )
        return ARGUMENTS[gap](self, given)

    def workshops(self, given):
        return [*(workshop.slug for workshop in self.world.workshops), MISSING]

    def sessions(self, given):
        """The workshop's own sessions, one of another workshop, and one that doesn't exist."""
        if self._is_closed(given):
            return self._slugs(self.world.unpublished)[:1]
        slugs = {workshop.slug: self._slugs(workshop) for workshop in self.world.workshops}
        own = slugs.pop(given["workshop"], [])
        foreign = next(iter(slugs.values()))[:1]
        return [*own, *foreign, MISSING] if own else foreign

    def numbers(self, given):
        """A table, and one that no café has."""
        return [1, 99] if given["workshop"] == self.world.here.slug else [1]

    def cafes(self, given):
        """The workshop's own cafés, a session that is hidden and no café, and a missing one."""
        own = Session.objects.filter(workshop__slug=given["workshop"])
        cafes = own.exclude(cafe=None).values_list("slug", flat=True)
        if self._is_closed(given):
            return cafes[:1]
        return [*cafes, *self.sessions(given)[:1], MISSING]

    def _is_closed(self, given) -> bool:
        """Whether the viewer finds nothing below this workshop: then one of a kind will do."""
        return not self.is_staff and given["workshop"] == self.world.unpublished.slug

    @staticmethod
    def _slugs(workshop):
        # Hidden ones first, so that they are what another workshop's address is tried with.
        return list(workshop.sessions.order_by("listing", "pk").values_list("slug", flat=True))

    def tokens(self, given):
        """Good links of others, at the workshop that they are for, and a forged one."""
        good = {}
        for sent in Submission.objects.filter(workshop__slug=given["workshop"]):
            good[links.verify_token(sent)] = "form holder"
        for person in Participant.objects.exclude(unproved_email="").filter(
            workshop__slug=given["workshop"]
        ):
            key = self.world.key_of(person.unproved_email)
            good[links.own_address_token(person)] = key
        if invitation := self.world.invitations.get(given["workshop"]):
            good[links.invitation_token(invitation)] = "link holder"
        self.reveals |= good
        return [*good, "forged"]

    def people(self, given):
        """Those whom somebody looks after, somebody whom nobody does, a form, a missing one."""
        here = Participant.objects.filter(workshop__slug=given["workshop"]).order_by("pk")
        theirs = here.exclude(contact=None).values_list("public_id", flat=True)
        return [
            *theirs,
            *here.filter(contact=None).values_list("public_id", flat=True)[:1],
            *Submission.objects.values_list("public_id", flat=True),
            uuid4(),
        ]

    def keys(self, given):
        """Of a mailed link to prove an address: another person's, and a forged one."""
        address = EmailAddress(pk=MISSING_KEY, user=self.world.first.user, email="x@example.org")
        return [EmailConfirmationHMAC(address).key, "forged-key"]

    def model(self):
        """The model of an admin's pattern: admin/agenda/session/…"""
        return apps.get_model(*self.form.split("/")[1:3])

    def objects(self, given):
        if not self.is_staff or self.view.endswith(":"):  # the latter lead on to another
            return [row.pk for row in self.model()._default_manager.all()[:1]]
        return [*(row.pk for row in rows_of(self.world, self.model())), MISSING_KEY]

    def versions(self, given):
        """Of a row's history: its first version, or any other row's."""
        history = self.model().history
        own = history.filter(**{self.model()._meta.pk.name: given["_0"]}).first()
        return [getattr(own or history.first(), "pk", MISSING_KEY)]


ARGUMENTS = {
    "workshop": Filler.workshops,
    "session": Filler.sessions,
    "cafe": Filler.cafes,
    "number": Filler.numbers,
    "token": Filler.tokens,
    "public_id": Filler.people,
    "object_id": Filler.objects,
    "_0": Filler.objects,
    "_1": Filler.versions,
    "app_label": lambda filler, given: our_labels(),
    "url": lambda filler, given: ["agenda/session", "no/such/screen/"],
    "key": Filler.keys,
    "uidb36": lambda filler, given: ["1"],
    "pk": lambda filler, given: [*Authenticator.objects.values_list("pk", flat=True)[:2]],
}


def rows_of(world, model) -> list:
    """Rows of `model`: the first and the last of the workshop, the first of each other one."""
    path = getattr(screens_of(admin.site).get(model), "workshop_path", None)
    rows = model._default_manager.order_by("pk")
    if path is None:
        return list(rows[:2])
    here, *others = (rows.filter(**{path or "pk": each.pk}) for each in world.workshops)
    chosen = (*here[:1], *here.reverse()[:1], *chain.from_iterable(each[:1] for each in others))
    return list({row.pk: row for row in chosen}.values())


def queries(world, address: Address, *, is_staff=True) -> list[Address]:
    """The same address, asked for a day, for what it is not to tell, for another workshop."""
    if address.is_admin and not is_staff:
        return []
    gaps = dict(address.given)
    if address.view.endswith("_changelist"):
        return list(_list_queries(world, address))
    if gaps == {"workshop": world.here.slug}:
        asked = [{"day": world.here.starts_on.isoformat()}, {"q": "a"}, {"page": 2}]
        return [address.with_query(**query) for query in asked]
    if address.view == "admin:autocomplete":
        return [address.with_query(**query) for query in _autocompletes(world)]
    return []


def _list_queries(world, address):
    other = world.second.pk
    for query in (
        {"o": "-1"},
        {"all": ""},
        {"workshop__id__exact": other},
        {"_popup": 1},
        {"protected": "yes"},
    ):
        yield address.with_query(**query)


def _autocompletes(world):
    for label in our_labels():
        for model in apps.get_app_config(label).get_models():
            for field in (*model._meta.fields, *model._meta.many_to_many):
                if field.is_relation and not model.__name__.startswith("Historical"):
                    field_of = {"app_label": label, "model_name": model._meta.model_name}
                    yield field_of | {"field_name": field.name, "term": ""}
