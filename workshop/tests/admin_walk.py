"""A member of staff who tries every address of every screen, and every trick with keys."""

from contextlib import contextmanager

from django.db import models, transaction
from django.urls import reverse

from workshop.admin_base import OperatorsOnly
from workshop.tests.worlds import MARK, ZONE

SEARCH = MARK[:-3]  # finds every marked text; where it is only echoed, it is no mark


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
            for model, screen in self.site._registry.items()
            if not isinstance(screen, OperatorsOnly)
        ]

    def address(self, model, page, *key) -> str:
        return reverse(
            f"{self.site.name}:{model._meta.app_label}_{model._meta.model_name}_{page}", args=key
        )

    def look(self, address, query=None):
        """Open an address, follow where it leads, and find no mark anywhere on the way."""
        response = self.client.get(address, query, follow=True)
        self._hold(response, f"{address} {query or ''}")
        return response

    def post(self, address, data):
        """Send a form, and find neither a mark in the answer nor a change of the other rows."""
        response = self.client.post(address, data, follow=True)
        self._hold(response, f"POST {address} {data}")
        assert self.worlds.dump() == self.worlds.before, f"POST {address} {data} changed them"
        return response

    def _hold(self, response, where):
        text = response.content.decode().lower()
        for mark in self.marks:
            assert mark not in text, f"{where} shows {mark}"

    def all(self):
        self.look(reverse(f"{self.site.name}:index"))
        for model, screen in self.screens():
            own, other = self.worlds.rows(model)
            self.lists(model, screen, other)
            self.pages(model, own, other)
            self.autocompletes(model, screen)
            self.bulk_actions(model, screen, other)

    def lists(self, model, screen, other):
        address = self.address(model, "changelist")
        page = self.look(address)
        if page.status_code == 403:
            return
        for query in self._queries(model, screen, other):
            self.look(address, query)
        for spec in page.context["cl"].filter_specs:
            for choice in spec.choices(page.context["cl"]):
                self.look(address + choice["query_string"])

    def _queries(self, model, screen, other):
        """What a list can be asked for; the other workshop's keys and dates among it."""
        yield from ({"all": ""}, {"q": SEARCH}, {"_facets": "True"}, {"_popup": "1"}, {"o": "-1"})
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
        with undone():
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
                    for more in ({}, {"term": SEARCH}, {"workshop": self.worlds.other.pk}):
                        self.look(address, asked | more)

    def bulk_actions(self, model, screen, other):
        names = ["delete_selected", *(getattr(each, "__name__", each) for each in screen.actions)]
        keys = list(model._base_manager.values_list("pk", flat=True))
        for name in names:
            for chosen, across in (([other.pk], "0"), (keys, "0"), (keys, "1")):
                data = {"action": name, "_selected_action": chosen, "select_across": across}
                with undone():
                    self.post(
                        self.address(model, "changelist"), data | {"post": "yes", "index": "0"}
                    )
