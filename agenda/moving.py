"""The programme moves along with its workshop: days, sessions, and who is in them."""

from datetime import timedelta

from django.db.models import DateField, ExpressionWrapper, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import sign_ups_follow
from agenda.messages import Letters
from agenda.models import Day, Session, SessionRole, SignUp
from agenda.words import seat_at
from foundation.core.clock import Move
from foundation.core.history import record_changes
from foundation.core.locking import lock_all
from foundation.series.models import Workshop
from registration.access import Viewer
from registration.actions.losing import record_losses
from registration.models import Loss, Participant


def move_programme(*, workshop: Workshop, move: Move, why: str, letters: Letters) -> None:
    """Move every day and session of `workshop`, whose own dates and zone were just saved.

    Whoever has a seat or a role at a session still to come follows it: it is on record, and their
    letter has a line for each. The number of queries depends on how many people they are, not on
    how many sessions. The caller holds the workshop, in a transaction.

    why: what stands beside each change in the history.

    Raises: overlap.
    Locks: the sessions.
    """
    _move_days(workshop, move.by)
    sessions = lock_all(workshop.sessions.select_related("workshop", "room"))
    now = timezone.now()
    for session in sessions:
        session.starts_at, session.ends_at = move.at(session.starts_at), move.at(session.ends_at)
        session.updated_at = now
    # In one statement, so that sessions may trade times in a room.
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "updated_at"])
    record_changes(sessions, why)
    sign_ups_follow(sessions=sessions)
    _tell([each for each in sessions if each.ends_at > now and not each.cancelled_at], letters)


def _move_days(workshop: Workshop, by: timedelta) -> None:
    moved = ExpressionWrapper(F("on") + by.days, output_field=DateField())
    Day.objects.filter(workshop=workshop).update(on=moved)


def _tell(sessions: list[Session], letters: Letters) -> None:
    """Put on record and into the letters, for each who is in one of `sessions`, when it is now."""
    coming, losses = {each.pk: each for each in sessions}, []
    for participant, keys in _people_of(coming):
        viewer = Viewer.of_participant(participant)
        here = Session.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True)
        for session in (coming[pk] for pk in here.order_by("starts_at", "pk")):
            what = _("moved: %(seat)s") % {"seat": seat_at(session)}
            moved = {"participant": participant, "kind": Loss.Kind.MOVED, "ref": session.pk}
            losses.append(Loss(what=what, **moved))
            words = {"title": session.title, "when": session.time_in_words()}
            letters.tell(participant, _("“%(title)s” is now on %(when)s.") % words)
    record_losses(losses)


def _people_of(sessions: dict[int, Session]) -> list[tuple[Participant, set[int]]]:
    """Who is coming and has a seat or a role at one of `sessions`, each with the keys of theirs."""
    theirs: dict[int, set[int]] = {}
    rows: tuple[QuerySet[SignUp], QuerySet[SessionRole]]
    rows = SignUp.objects.all(), SessionRole.objects.all()
    for held in rows:
        pairs = held.filter(session__in=sessions).values_list("participant_id", "session_id")
        for participant_id, session_id in pairs:
            theirs.setdefault(participant_id, set()).add(session_id)
    people = Participant.objects.confirmed().select_related("workshop", "user", "contact")
    return [(each, theirs[each.pk]) for each in people.filter(pk__in=theirs).order_by("pk")]
