"""Who may see and enter a session, and who is named there: the one place.

What is then shown of a session stands in `agenda.listing`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from registration.access import YES, Decision, Viewer, names_people
from registration.models import Participant, ParticipantAffiliation

if TYPE_CHECKING:
    from agenda.models import Session, SessionRole


def admits(viewer: Viewer) -> Q:
    """Return the rule of which sessions a viewer may read in full.

    An organiser of the programme reads all. Everybody reads the open ones; a restricted one is
    read by those who hold an affiliation that it admits, verified, by those with a role at it,
    and by those invited by name.
    Ask `Session.objects.visible_to`, which also keeps to the viewer's workshop.
    """
    from agenda.models import Session, SessionRole  # not above: their queryset asks this rule

    if viewer.reads_all_sessions:
        return Q(Value(True))
    is_open = Q(access=Session.Access.OPEN)
    if viewer.participant is None:
        return is_open
    # Three lists of keys, each read once: cheaper than asking again for every session.
    verified = ParticipantAffiliation.objects.verified().filter(
        participant=viewer.participant, affiliation__admitted_to__isnull=False
    )
    with_role = SessionRole.objects.filter(participant=viewer.participant)
    invited = Session.invitees.through.objects.filter(participant=viewer.participant)
    return (
        is_open
        | Q(pk__in=verified.order_by().values("affiliation__admitted_to"))
        | Q(pk__in=with_role.order_by().values("session"))
        | Q(pk__in=invited.values("session"))
    )


def admitted(session: Session) -> QuerySet[Participant]:
    """Return everybody whom `session` admits, of those who come: the same rule as `admits`, asked
    from the session's side."""
    coming = Participant.objects.confirmed().filter(workshop=session.workshop_id)
    if session.access == session.Access.OPEN:
        return coming
    verified = ParticipantAffiliation.objects.verified().filter(affiliation__admitted_to=session.pk)
    with_role = session.roles.order_by()
    invited = session.invitees.through.objects.filter(session=session.pk)
    return coming.filter(
        Q(pk__in=verified.order_by().values("participant"))
        | Q(pk__in=with_role.values("participant"))
        | Q(pk__in=invited.values("participant"))
    )


def decide(session: Session, participant: Participant | None, at: datetime) -> Decision:
    """Return whether `participant` may enter `session`: yes, or no with a reason.

    Asked by sign-up, café reservation and check-in. Whoever holds a seat is never told "full", and
    nothing is told of a session that does not admit, not even that it is over.

    Codes: not-confirmed, affiliation, invitation-only, cancelled, over, full.
    Locks: nothing. For the last seat to be given once, hold the session's row while asking.
    """
    if participant is None or participant.workshop_id != session.workshop_id:
        return _not_confirmed()
    if not participant.is_confirmed:
        return _not_confirmed()
    viewer = Viewer.of_participant(participant)
    if not session.workshop.sessions.visible_to(viewer).filter(pk=session.pk).exists():
        return _not_admitted(session)
    if session.cancelled_at:
        return Decision("cancelled", _("This session is cancelled."))
    if session.ends_at <= at:
        return Decision("over", _("This session is over."))
    if session.seats is not None and not _has_seat_for(session, session.seats, participant):
        return Decision("full", _("All seats of this session are taken."))
    return YES


def _not_confirmed() -> Decision:
    sentence = _("This is for participants whose registration is confirmed.")
    return Decision("not-confirmed", sentence)


def _not_admitted(session: Session) -> Decision:
    if not session.affiliations.exists():
        return Decision("invitation-only", _("This session is for people invited by name."))
    sentence = _(
        "This session is for certain affiliations, and none of yours that is verified is among "
        "them. Write to the organisers if you think that it should be."
    )
    return Decision("affiliation", sentence)


def _has_seat_for(session: Session, seats: int, participant: Participant) -> bool:
    holders = set(session.sign_ups.values_list("participant_id", flat=True))
    return participant.pk in holders or len(holders) < seats


def people_at(session: Session, viewer: Viewer) -> QuerySet[SessionRole]:
    """Return the roles at a session that the viewer may read, of those who come and are listed."""
    if not names_people(viewer):
        return session.roles.none()
    coming = session.roles.filter(participant__in=Participant.objects.confirmed().listed())
    return coming.select_related("participant__organisation")
