"""Who is looking: the one answer that every question of access starts from."""

from dataclasses import dataclass
from typing import TypeVar

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from foundation.accounts.models import User
from foundation.series.models import Workshop
from foundation.series.roles import Area, Staff, may
from registration.models import Participant

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Viewer:
    """A reader of one workshop's pages.

    participant: theirs at this workshop, only where confirmed; anyone else reads as nobody does.
    reads_all_sessions: an organiser whose role brings the programme, and who signs in with a
    second factor: a mailed code alone opens no more here than in the admin.
    """

    workshop: Workshop
    participant: Participant | None = None
    reads_all_sessions: bool = False


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind a request below /<workshop>/; one query when signed in, none otherwise."""
    if not hasattr(request, "_viewer"):
        participant = participant_of(request)
        request._viewer = Viewer(
            workshop=request.workshop,
            participant=participant if participant and participant.is_confirmed else None,
            reads_all_sessions=(
                may(request.user, "view", Area.PROGRAMME, request.workshop)
                and is_mfa_enabled(request.user)
            ),
        )
    return request._viewer


def participant_of(request: HttpRequest) -> Participant | None:
    """The participant whom the signed-in user is at this workshop, whatever their status."""
    if not request.user.is_authenticated:
        return None
    if not hasattr(request, "_participant"):
        participants = Participant.objects.select_related("organisation", "contact")
        theirs = participants.filter(workshop=request.workshop, user=request.user).first()
        if theirs:
            theirs.workshop, theirs.user = request.workshop, request.user
        request._participant = theirs
    return request._participant


def people_of(user: User, workshop: Workshop) -> QuerySet[Participant]:
    """Return the participants whom `user` looks after at `workshop`; nobody else's are theirs.

    It gives forms and status to read and fill in. No viewer is ever made of it.
    """
    return Participant.objects.filter(workshop=workshop, contact=user)


def shown_to_staff(rows: QuerySet[M], user: Staff, path: str = "") -> QuerySet[M]:
    """Return `rows` without those of protected participants whom `user` may not know.

    path: from the row to its participant, e.g. "host__"; empty for participants themselves. A row
    without a participant stays.
    """
    workshops = Workshop.objects.staffed_by(user, "view", Area.PROTECTED)
    shown = Q(**{f"{path}is_protected": False}) | Q(**{f"{path}workshop__in": workshops})
    if path:
        shown |= Q(**{path.removesuffix("__"): None})
    return rows.filter(shown)
