"""Who is looking, who is named to them, and how an answer is given: what all access starts from.

What a session or a table adds stands in `agenda.access` and `worldcafe.access`.
"""

from dataclasses import dataclass
from typing import Self, TypeVar

from django.db.models import Model, Q, QuerySet

from foundation.accounts.second_factor import gave_second_factor
from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from foundation.series.requests import WorkshopRequest
from foundation.series.roles import Area, Staff, may
from registration.models import Participant

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Viewer:
    """A reader of one workshop's pages. Made by `of`, `of_participant` or `nobody` alone.

    participant: theirs at this workshop, only where confirmed; anyone else reads as nobody does.
    reads_all_sessions: an organiser whose role brings the programme, and whose session gave a
    second factor: a mailed code alone opens no more here than in the admin.
    """

    workshop: Workshop
    participant: Participant | None = None
    reads_all_sessions: bool = False

    def __post_init__(self) -> None:
        """Hold the gate: whoever is not confirmed, or not at this workshop, sees as nobody does."""
        coming = self.participant
        if coming and not (coming.is_confirmed and coming.workshop_id == self.workshop.pk):
            object.__setattr__(self, "participant", None)

    @classmethod
    def of(cls, request: WorkshopRequest) -> Self:
        """Return the viewer behind a request; one query when signed in, none otherwise."""
        kept = vars(request)
        if "_viewer" not in kept:
            kept["_viewer"] = cls(
                workshop=request.workshop,
                participant=participant_of(request),
                reads_all_sessions=(
                    may(request.user, "view", Area.PROGRAMME, request.workshop)
                    and gave_second_factor(request)
                ),
            )
        viewer: Self = kept["_viewer"]
        return viewer

    @classmethod
    def of_participant(cls, participant: Participant) -> Self:
        """Return the viewer who is this participant and, whatever their roles, no organiser."""
        return cls(workshop=participant.workshop, participant=participant)

    @classmethod
    def nobody(cls, workshop: Workshop) -> Self:
        """Return the viewer of what everybody may read."""
        return cls(workshop=workshop)


def participant_of(request: WorkshopRequest) -> Participant | None:
    """Return the participant whom the user is at this workshop, whatever their status."""
    if not request.user.is_authenticated:
        return None
    kept = vars(request)
    if "_participant" not in kept:
        participants = Participant.objects.select_related("organisation", "contact")
        theirs = participants.filter(workshop=request.workshop, user=request.user).first()
        if theirs:
            theirs.workshop, theirs.user = request.workshop, request.user
        kept["_participant"] = theirs
    participant: Participant | None = kept["_participant"]
    return participant


def people_of(request: WorkshopRequest) -> QuerySet[Participant]:
    """Return the participants whom the user looks after at this workshop; no others are theirs.

    It gives forms and status to read and fill in. No viewer is ever made of it.
    """
    return Participant.objects.filter(workshop=request.workshop, contact=request.user)


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


def names_people(viewer: Viewer) -> bool:
    """Return whether people are named to the viewer: to whoever comes, and to the organisers.

    Named are only those who come themselves, at a session and at a table, and nobody protected.
    """
    return viewer.participant is not None or viewer.reads_all_sessions


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with a reason: the code is tested, the sentence shown to the person."""

    code: str
    sentence: str = ""

    def __post_init__(self) -> None:
        if not self and not self.sentence:
            raise ValueError(f"No for “{self.code}”, without a sentence that says so.")

    def __bool__(self) -> bool:
        return self.code == "yes"

    def or_refuse(self) -> None:
        """Refuse where the answer is no; go on where it is yes.

        Raises: the decision's own code, with its sentence.
        """
        if not self:
            raise Refused(self.code, self.sentence)


YES = Decision("yes")
