"""The messages of a participant, on their page."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from foundation.core import clock
from foundation.mail.fate import fate_of, zone_of
from foundation.mail.models import Message
from registration.models import Participant

if TYPE_CHECKING:
    from registration.admin.base import PeopleAdmin as Base
else:
    Base = object


class WithMessages(Base):
    """Shows them below everything else, each with its fate and a link to its own page."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = (_("Messages to the participant"), {"fields": ["messages_so_far"]})
        return [*super().get_fieldsets(request, obj), shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "messages_so_far"]

    @admin.display(description=_("messages"))
    def messages_so_far(self, participant: Participant) -> str:
        rows = Message.objects.about(participant.public_id).select_related("workshop")
        told = [
            (each, fate_of(each), clock.moment(each.created_at, zone_of(each))) for each in rows
        ]
        return render_to_string("admin/registration/participant/_messages.html", {"told": told})
