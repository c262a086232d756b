"""A member of staff who tries every address of every screen, and every trick with keys."""

from contextlib import contextmanager

from django.apps import apps
from django.contrib.messages import get_messages
from django.db import models, transaction
from django.urls import reverse

from foundation.backoffice.scope import OperatorsOnly
from workshop.tests.worlds import MARK, ZONE

SEARCH = MARK[:-3]  # finds every marked text; where it is only echoed, it is no mark


def screens_of(site) -> dict:
    """The screens of an admin site, by model."""
    registered = [model for model in apps.get_models() if site.is_registered(model)]
    return {model: site.get_model_admin(model) for model in registered}


@contextmanager
def undone():
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Walk:
    """client: signed in as somebody who works at `worlds.own` alone."""

    def __init__(self, client, site, worlds):
        self.client, self.site, self.worlds = client, site, worlds
        self.marks = (MARK, ZONE.lower(), worlds.other.starts_on.isoformat())

    def screens(self) -> list:
        """Models and their screens, all but those of operators alone."""
        return [
            (model, screen)
            for model, screen in screens_of(self.site).items()
            if not isinstance(screen, OperatorsOnly)
        ]

    def address(self, model, page, *key) -> str:
        return reverse(
            f"{self.site.name}:{model._meta.app_label}_{model._meta.model_name}_{page}", args=key
        )

    def look(self, address, query=None):
        """Open an address, and find no mark in the page, nor in where it leads and what it says."""
        response = self.client.get(address, query)
        self._hold(response, f"{address} {query or ''}")
        return response

    def post(self, address, data):
        """Send a form, and find no mark in the answer."""
        self._hold(self.client.post(address, data), f"POST {address} {data}")

    @contextmanager
    def unchanged(self, what):
        """All that is done inside leaves the other rows as they are; and then it is undone."""
        with undone():
            yield
            assert self.worlds.dump() == self.worlds.before, f"{what} changed them"

    def _hold(self, response, where):
        """A redirect isn't followed: the pages are walked anyway, so only its words are read."""
        said = [str(message) for message in get_messages(response.wsgi_request)]
        self.client.cookies.pop("messages", None)
        text = f"{response.content.decode()} {response.get('Location', '')} {said}".lower()
        for mark in self.marks:
            assert mark not in text, f"{where} shows {mark}"

    def all(self):
        self.look(reverse(f"{self.site.name}:index"))
        for model, screen in self.screens():
            own, other = self.worlds.rows(model)
            self.lists(model, screen, other)
            self.pages(model, own, other)
            self.autocompletes(model, screen)
            self.bulk_actions(model, screen)

    def lists(self, model, screen, other):
        address = self.address(model, "changelist")
        page = self.look(address)
        if page.status_code == 403:
            return
        for query in self._queries(model, screen, other):
            self.look(address, query)
        cl = page.context_data["cl"]
        narrowed = {each["query_string"] for spec in cl.filter_specs for each in spec.choices(cl)}
        for query_string in narrowed - {"?"}:
            self.look(address + query_string)

    def _queries(self, model, screen, other):
        """What a list can be asked for; the other workshop's keys and dates among it."""
        yield {"all": "", "_facets": "True", "_popup": "1", "o": "-1"}
        yield {"q": SEARCH}
        for field in model._meta.fields:
            if field.is_relation:
                yield {f"{field.name}__id__exact": getattr(other, field.attname) or ""}
            elif isinstance(field, models.CharField | models.TextField):
                yield {f"{field.name}__startswith": SEARCH}
        yield {"workshop__title__startswith": SEARCH}
        if screen.date_hierarchy:
            yield {f"{screen.date_hierarchy}__year": self.worlds.other.starts_on.year}

    def pages(self, model, own, other):
        for row in (own, other):
            for page in ("change", "history", "delete"):
                self.look(self.address(model, page, row.pk))
        for workshop in (self.worlds.own, self.worlds.other):
            self.look(self.address(model, "add"), {"workshop": workshop.pk})
        with self.unchanged(f"a form of {model._meta.label}"):
            self.post(self.address(model, "change", other.pk), {})
            self.post(self.address(model, "delete", other.pk), {"post": "yes"})

    def autocompletes(self, model, screen):
        address = reverse(f"{self.site.name}:autocomplete")
        for source in (model, *(inline.model for inline in screen.inlines)):
            for field in (*source._meta.fields, *source._meta.many_to_many):
                if field.is_relation:
                    asked = {
                        "app_label": source._meta.app_label,
                        "model_name": source._meta.model_name,
                        "field_name": field.name,
                    }
                    if self.look(address, asked).status_code == 200:
                        for more in ({"term": SEARCH}, {"workshop": self.worlds.other.pk}):
                            self.look(address, asked | more)

    def bulk_actions(self, model, screen):
        """Each action, by the keys of all rows there are and with the whole list chosen."""
        names = [*(getattr(each, "__name__", each) for each in screen.actions), "delete_selected"]
        keys = list(model._base_manager.values_list("pk", flat=True))
        data = {"_selected_action": keys, "index": "0", "post": "yes", "_sure": "goes-on"}
        with self.unchanged(f"an action of {model._meta.label}"):
            for name in names:
                for across in ("0", "1"):
                    more = {"action": name, "select_across": across}
                    self.post(self.address(model, "changelist"), data | more)
