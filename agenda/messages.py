"""What people are written about their part in the programme."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agenda.models import SessionRole
from foundation.series.roles import Area
from registration.messages import Reader, ToParticipant


@dataclass(frozen=True, kw_only=True)
class RoleGiven(ToParticipant):
    """About a session that may be closed: its text is for those who may read all sessions."""

    name = "agenda/role_given"
    label = _("role at a session")
    read_in = Area.PROGRAMME
    read_by = Reader.PERSON
    given: SessionRole

    @classmethod
    def of(cls, given: SessionRole) -> Self:
        return cls(participant=given.participant, given=given)

    def context(self) -> dict[str, object]:
        session = self.given.session
        return super().context() | {
            "role": self.given.get_role_display(),
            "session": session,
            "url": settings.SITE_URL + session.get_absolute_url(),
        }
