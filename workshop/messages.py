"""What people are written about the workshop as a whole."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from foundation.series.roles import Area
from registration.messages import ToParticipant


@dataclass(frozen=True, kw_only=True)
class WorkshopMoved(ToParticipant):
    """Its dates or its clock changed. lines: a sentence for each session and table of theirs.

    Those are for the person alone: a contact sees no session by looking after somebody.
    """

    name = "workshop/moved"
    label = _("the workshop has moved")
    read_in = Area.PROGRAMME
    lines: list[str]

    def context(self) -> dict[str, object]:
        hides = self.is_contact or self.participant.user is None
        return super().context() | {"lines": [] if hides else self.lines}
