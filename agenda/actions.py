"""Every change that takes or frees one of a session's limited places."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.access import decide
from agenda.models import Session, SignUp
from registration.models import Participant
from registration.viewers import Viewer
from workshop.refusals import Refused


@transaction.atomic
def sign_up(*, session: Session, participant: Participant) -> SignUp:
    """Take a place at `session`, or be Refused with the reason that `decide` gives.

    Locks the participant, so that a registration being cancelled leaves no sign-up behind, then
    the session, which owns the count. Further refusals: no-sign-up, already-signed-up, overlap.
    """
    participant = _locked(Participant.objects.all(), participant)
    session = _locked(Session.objects.select_related("workshop"), session)
    if session.seats is None:
        raise Refused("no-sign-up", _("This session needs no sign-up: come as you are."))
    decision = decide(session, participant, timezone.now())
    if not decision:
        raise Refused(decision.code, decision.sentence)
    try:
        with transaction.atomic():
            return SignUp.objects.create(
                session=session, participant=participant, during=_time_of(session)
            )
    except IntegrityError as error:
        raise _refusal(error, session, participant) from error


@transaction.atomic
def withdraw(*, session: Session, participant: Participant) -> None:
    """Give back the place that `participant` holds at `session`. Locks the session."""
    session = _locked(Session.objects.all(), session)
    freed, _rows = session.sign_ups.filter(participant=participant).delete()
    if not freed:
        raise Refused("not-signed-up", _("You hold no place at this session."))


@transaction.atomic
def sign_ups_follow(*, sessions: Iterable[Session]) -> None:
    """Give the sign-ups of `sessions` their time. Call it where changed times were just saved.

    Sessions may have traded places: all are moved at once. Refused (overlap) where somebody would
    then be in two places at the same time.
    """
    sessions = list(sessions)
    try:
        with transaction.atomic():
            SignUp.objects.filter(session__in=sessions).update(during=DateTimeTZRange(empty=True))
            for session in sessions:
                session.sign_ups.update(during=_time_of(session))
    except IntegrityError as error:
        sentence = _(
            "Somebody who signed up for “%(session)s” holds a place in another session then."
        )
        raise Refused("overlap", sentence % {"session": session}) from error


@transaction.atomic
def free_places_of(*, participant: Participant) -> int:
    """Free the places in coming sessions that `participant` is no longer admitted to; how many.

    Called when a registration is cancelled or an affiliation no longer verified, and by the worker.
    """
    held = SignUp.objects.filter(participant=participant, session__ends_at__gt=timezone.now())
    if participant.is_confirmed:
        viewer = Viewer(workshop=participant.workshop, participant=participant)
        held = held.exclude(session__in=Session.objects.visible_to(viewer))
    freed, _rows = held.delete()
    return freed


def _locked(rows, row):
    return rows.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def _time_of(session: Session) -> DateTimeTZRange:
    return DateTimeTZRange(session.starts_at, session.ends_at)


def _refusal(error: IntegrityError, session: Session, participant: Participant) -> Refused:
    """The violated constraint as a sentence; any other violation is a fault and goes on up."""
    constraint = error.__cause__.diag.constraint_name
    if constraint == "sign_up_once":
        return Refused("already-signed-up", _("You have a place at this session already."))
    if constraint != "sign_ups_never_overlap":
        raise error
    viewer = Viewer(workshop=session.workshop, participant=participant)
    other = Session.objects.visible_to(viewer).filter(
        sign_ups__participant=participant,
        starts_at__lt=session.ends_at,
        ends_at__gt=session.starts_at,
    )
    sentence = _("You hold a place in “%(other)s” at that time. Give it back first.")
    return Refused("overlap", sentence % {"other": other.first() or _("another session")})
