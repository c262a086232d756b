"""What hosts are written about their tables."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.series.roles import Area
from registration.messages import Reader, ToParticipant
from worldcafe.models import Reservation


@dataclass(frozen=True, kw_only=True)
class ToHost(ToParticipant):
    """About a café, which is a session: its text is for those who may read all sessions."""

    read_in = Area.PROGRAMME
    read_by = Reader.PERSON
    reservation: Reservation

    @classmethod
    def of(cls, reservation: Reservation) -> Self:
        return cls(participant=reservation.host, reservation=reservation)

    def context(self) -> dict[str, object]:
        table = self.reservation.table
        cafes = reverse("worldcafe:cafes", args=[self.participant.workshop.slug])
        return super().context() | {
            "table": table,
            "session": table.cafe.session,
            "url": settings.SITE_URL + table.get_absolute_url(),
            "cafes_url": settings.SITE_URL + cafes,
        }


@dataclass(frozen=True, kw_only=True)
class Reserved(ToHost):
    name = "worldcafe/reserved"
    label = _("World Café table reserved")


@dataclass(frozen=True, kw_only=True)
class Moved(ToHost):
    name = "worldcafe/moved"
    label = _("World Café table changed")


@dataclass(frozen=True, kw_only=True)
class Released(ToHost):
    name = "worldcafe/released"
    label = _("World Café table released")
