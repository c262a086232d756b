"""A long selection worked off in parts: a page says how far it is, and goes on to the next part.

The keys travel in one field, so that a form's number of fields has no limit on them. What was done
stays done where the browser is closed half-way; the rest can be chosen again.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from foundation.backoffice.taking import GOES_ON, SURE

AT_ONCE = 100
LEFT, DONE = "_left", "_done"


@dataclass(frozen=True)
class Part:
    """keys: of the rows to do now; left: of those that follow; done: how many were done before."""

    keys: list[int]
    left: list[int]
    done: int

    @classmethod
    def of(cls, request: HttpRequest, rows: QuerySet[Any]) -> "Part":
        """Return the part that this request is about: what the page before left, or the first."""
        posted = request.POST.get(LEFT)
        if posted is None:
            keys = list(rows.values_list("pk", flat=True))
        else:
            keys = [int(key) for key in posted.split(",") if key.isdecimal()]
        done = request.POST.get(DONE, "")
        return cls(keys[:AT_ONCE], keys[AT_ONCE:], int(done) if done.isdecimal() else 0)

    def rows(self, rows: QuerySet[Any]) -> list[Any]:
        """Return those of `rows` to do now, in the order in which they were chosen."""
        found = {row.pk: row for row in rows.filter(pk__in=self.keys)}
        return [found[key] for key in self.keys if key in found]

    def page(self, screen: Any, request: HttpRequest, action: Any) -> HttpResponse:
        """Return the page that goes on with what is left.

        action: has a `name`, and a `label` that is the page's title.
        """
        done = self.done + len(self.keys)
        context = screen.admin_site.each_context(request) | {
            "title": action.label,
            "done": done,
            "total": done + len(self.left),
            "opts": screen.opts,
            "fields": [
                ("action", action.name),
                ("select_across", "1"),
                (ACTION_CHECKBOX_NAME, self.left[0]),
                (LEFT, ",".join(map(str, self.left))),
                (DONE, done),
                (SURE, GOES_ON),
            ],
        }
        return TemplateResponse(request, "admin/goes_on.html", context)
