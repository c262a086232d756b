"""Every change of who has a role at a session, or holds one of its limited seats."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.access import decide
from agenda.messages import Letters, RoleGiven
from agenda.models import Session, SessionRole, SignUp
from agenda.words import name_of, seat_at
from foundation.core.locking import lock, lock_all, lock_first
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from registration.access import Viewer
from registration.actions.losing import cause_of, record_loss
from registration.messages import notify
from registration.models import Loss, Participant
from registration.signals import admission_lost


@transaction.atomic
def give_role(*, session: Session, participant: Participant, role: str) -> SessionRole:
    """Give `participant` a role at `session`. It admits them; a mail tells those who are confirmed.

    Whoever isn't yet is told once they are, by `tell_roles`.

    Raises: other-workshop, role-already.
    """
    if session.workshop_id != participant.workshop_id:
        raise Refused("other-workshop", _("This participant belongs to another workshop."))
    with violations_refused({"session_role_once": _has_role_already}):
        given = SessionRole.objects.create(session=session, participant=participant, role=role)
    if participant.is_confirmed:
        notify(RoleGiven.of(given))
    return given


def tell_roles(sender: object, participant: Participant, **kwargs: object) -> None:
    """Mail whoever is confirmed now each role that they were given before."""
    roles = participant.session_roles.filter(session__cancelled_at=None)
    for given in roles.select_related("session"):
        given.participant, given.session.workshop = participant, participant.workshop
        notify(RoleGiven.of(given))


@transaction.atomic
def take_role(*, given: SessionRole) -> None:
    """Take a role from whoever has it; what only it admitted to is freed.

    Locks: the participant, then what they held.
    """
    rows = Participant.objects.select_related("workshop", "user", "contact")
    participant = lock(rows, given.participant_id)
    given.delete()
    admission_lost.send(Participant, participant=participant)


@transaction.atomic
def sign_up(*, session: Session, participant: Participant) -> SignUp:
    """Take a seat at `session`.

    Raises: no-sign-up, not-confirmed, affiliation, invitation-only, over, full, already-signed-up,
    overlap.
    Locks: the participant, so that a registration being cancelled leaves no sign-up behind, then
    the session, which owns the count.
    """
    participant = lock(Participant.objects.all(), participant.pk)
    session = lock(Session.objects.select_related("workshop"), session.pk)
    if session.seats is None:
        raise Refused("no-sign-up", _("This session needs no sign-up: come as you are."))
    decide(session, participant, timezone.now()).or_refuse()
    refusals: dict[str, Callable[[], Refused]] = {
        "sign_up_once": _signed_up_already,
        "sign_ups_never_overlap": partial(_overlaps, session, participant),
    }
    with violations_refused(refusals):
        return SignUp.objects.create(
            session=session, participant=participant, during=_time_of(session)
        )


@transaction.atomic
def withdraw(*, session: Session, participant: Participant, by_organiser: bool = False) -> None:
    """Give up the seat that `participant` holds at `session`.

    Where an organiser frees it, it is on record, and a mail goes.

    Raises: not-signed-up.
    Locks: the session.
    """
    session = lock(Session.objects.all(), session.pk)
    held = lock_first(with_people(session.sign_ups.filter(participant=participant)))
    if held is None:
        raise Refused("not-signed-up", _("You have no seat at this session."))
    if by_organiser:
        letters = Letters()
        free_seat(held, letters)
        letters.send()
    else:
        held.delete()


@transaction.atomic
def sign_ups_follow(*, sessions: Iterable[Session]) -> None:
    """Give the sign-ups of `sessions` their time; those of a cancelled one have none.

    Call it where changed times were just saved.

    Sessions may have traded times: all are moved at once.

    Raises: overlap, where somebody would then be in two sessions at the same time.
    Locks: these sign-ups.
    """
    held = SignUp.objects.filter(session__in=list(sessions))
    held.update(during=DateTimeTZRange(empty=True))
    times = Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())
    time_of_session = Session.objects.filter(pk=OuterRef("session")).values(during=times)
    with violations_refused({"sign_ups_never_overlap": partial(_would_overlap, held)}):
        held.filter(session__cancelled_at=None).update(during=Subquery(time_of_session))


def when_admission_is_lost(sender: object, participant: Participant, **kwargs: object) -> None:
    """Receive `registration.signals.admission_lost`."""
    free_seats_of(participant=participant)


@transaction.atomic
def free_seats_of(*, participant: Participant) -> int:
    """Free the seats in coming sessions that no longer admit `participant`, and return how many.

    Called when a registration is cancelled, an affiliation no longer verified or a role taken, and
    by the worker. Each is on record. Whoever is confirmed is told; of a cancellation, its own mail
    tells.

    Locks: the sign-ups that it frees.
    """
    held = SignUp.objects.filter(participant=participant, session__ends_at__gt=timezone.now())
    if participant.is_confirmed:
        viewer = Viewer.of_participant(participant)
        held = held.exclude(session__in=Session.objects.visible_to(viewer))
    lost, letters = lock_all(with_people(held)), Letters()
    for each in lost:
        free_seat(each, letters)
    letters.send()
    return len(lost)


def free_seat(held: SignUp, letters: Letters) -> None:
    """Free a seat that is taken from whoever holds it; the caller locked it, and sends the letters.

    It is told by its time as they knew it, and by its title where everybody may read that.
    """
    during, participant = held.during, held.participant
    times = None if during.isempty else (during.lower, during.upper)
    held.delete()
    record_loss(
        participant=participant,
        kind=Loss.Kind.SIGN_UP,
        cause=cause_of(participant),
        what=seat_at(held.session, times),
        ref=held.session_id,
    )
    line = _("Your seat at %(session)s is no longer yours.")
    letters.tell(participant, line % {"session": name_of(held.session, times)})


def give_seats_back(
    sender: object, participant: Participant, losses: Iterable[Loss], **kwargs: object
) -> None:
    """Receive `registration.signals.registration_restored`: sign up again where a seat is free."""
    for loss in losses:
        if loss.kind != Loss.Kind.SIGN_UP or loss.ref is None:
            continue
        session = Session.objects.filter(pk=loss.ref, workshop=participant.workshop).first()
        if session:
            with suppress(Refused), transaction.atomic():
                sign_up(session=session, participant=participant)
                loss.give_back()


def with_people(rows: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Return sign-ups read with their session and person, as `free_seat` needs them."""
    return rows.select_related(
        "session__workshop",
        "participant__workshop",
        "participant__user",
        "participant__contact",
    )


def _time_of(session: Session) -> DateTimeTZRange:
    return DateTimeTZRange(session.starts_at, session.ends_at)


def _has_role_already() -> Refused:
    return Refused("role-already", _("This participant has this role already."))


def _signed_up_already() -> Refused:
    return Refused("already-signed-up", _("You have a seat at this session already."))


def _would_overlap(held: QuerySet[SignUp]) -> Refused:
    """Name the first of the sessions whose people would be elsewhere then."""
    other = SignUp.objects.filter(
        ~Q(pk=OuterRef("pk")),
        participant=OuterRef("participant"),
        session__cancelled_at=None,
        session__starts_at__lt=OuterRef("session__ends_at"),
        session__ends_at__gt=OuterRef("session__starts_at"),
    )
    clashing = held.filter(Exists(other), session__cancelled_at=None).select_related("session")
    first = clashing.order_by("session__starts_at", "session").first()
    sentence = _("Somebody who signed up for “%(session)s” has a seat in another session then.")
    return Refused("overlap", sentence % {"session": first.session if first else _("a session")})


def _overlaps(session: Session, participant: Participant) -> Refused:
    """The other session is named only to whom it admits."""
    other = Session.objects.visible_to(Viewer.of_participant(participant)).filter(
        sign_ups__participant=participant,
        starts_at__lt=session.ends_at,
        ends_at__gt=session.starts_at,
    )
    sentence = _("You have a seat in “%(other)s” at that time. Leave it first.")
    return Refused("overlap", sentence % {"other": other.first() or _("another session")})
