"""What people are written about sessions, and about their part in them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agenda.models import SessionRole
from foundation.series.roles import Area
from registration.messages import Reader, ToParticipant, notify
from registration.models import Participant


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


@dataclass(frozen=True, kw_only=True)
class AgendaChanged(ToParticipant):
    """What somebody lost, or what moved or was cancelled. lines: a sentence for each."""

    name = "agenda/changed"
    label = _("their agenda has changed")
    read_in = Area.PROGRAMME
    read_by = Reader.PERSON
    lines: list[str]


class Letters:
    """One message for each person, whatever changed for them at once."""

    def __init__(self) -> None:
        self._lines: defaultdict[int, list[str]] = defaultdict(list)
        self._people: dict[int, Participant] = {}

    def tell(self, participant: Participant, line: str) -> None:
        """Add a sentence to what `participant` is written, once."""
        self._people[participant.pk] = participant
        line = capfirst(line)
        if line not in self._lines[participant.pk]:
            self._lines[participant.pk].append(line)

    def people(self) -> list[Participant]:
        """Return whom there is something to tell."""
        return list(self._people.values())

    def lines_for(self, participant: Participant) -> list[str]:
        """Return what there is to tell `participant`."""
        return list(self._lines.get(participant.pk, ()))

    def send(self) -> None:
        """Write them, in the transaction that changed it; whoever doesn't come gets none."""
        for pk, participant in self._people.items():
            if participant.is_confirmed:
                notify(AgendaChanged(participant=participant, lines=self._lines[pk]))
