"""What a change of a session takes from people, or moves: put on record, and told to each.

An edit holds the session's row, and people are locked before sessions everywhere; so what is taken
here is locked by its own rows alone, never by the person's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import actions
from agenda.access import admitted
from agenda.messages import Letters
from agenda.models import Session, SignUp
from agenda.signals import session_changed
from agenda.words import name_of, seat_at
from foundation.core.locking import lock, lock_all
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from registration.actions.losing import record_loss
from registration.models import Loss, Participant

Role = tuple[int, str]


@dataclass(frozen=True)
class Before:
    """What a session was for people before it was changed. Read it before anything is saved."""

    times: tuple[datetime, datetime]
    room_id: int | None
    admitted: frozenset[int]
    roles: frozenset[Role]

    @classmethod
    def of(cls, pk: int) -> Self:
        """Return it as the database has it now."""
        session = Session.objects.select_related("workshop").get(pk=pk)
        return cls(
            (session.starts_at, session.ends_at),
            session.room_id,
            frozenset(admitted(session).values_list("pk", flat=True)),
            frozenset(session.roles.values_list("participant_id", "role")),
        )

    def moved_to(self, session: Session) -> bool:
        """Return whether `session` is at another time now."""
        return (session.starts_at, session.ends_at) != self.times


def settle(*, session: Session, before: Before) -> None:
    """Take from people what `session`, just changed and saved whole, no longer gives them.

    As `settle_all` does.
    """
    settle_all(changes=[(session, before)])


@transaction.atomic
def settle_all(*, changes: Sequence[tuple[Session, Before]]) -> None:
    """Take from people what sessions, just changed and saved whole, no longer give them.

    Whoever one no longer admits loses the admission, and their seat; where fewer seats are left
    than taken, whoever came last. Whoever stays follows it to another time or room. Each is told,
    in one message.

    Raises: overlap, where somebody would then be in two sessions at the same time.
    Locks: the sign-ups that it frees or moves.
    """
    for session, _before in changes:
        session.refresh_from_db()
    coming = [each for each in changes if each[0].ends_at > timezone.now()]
    letters = Letters()
    for session, before in coming:
        _tell_no_longer_admitted(session, before, letters)
        _take_roles(session, before, letters)
        free_seats(session=session, letters=letters)
    actions.sign_ups_follow(sessions=[each for each, before in changes if before.moved_to(each)])
    for session, before in coming:
        moved = before.moved_to(session)
        if moved or session.room_id != before.room_id:
            _tell_moved(session, letters)
        session_changed.send(Session, session=session, moved=moved)
    letters.send()


@transaction.atomic
def cancel(*, session: Session) -> Session:
    """Cancel `session`: it stays on the agenda as cancelled; its room and people's time are free.

    Who holds a seat or has a role there is told. `reinstate` undoes it.

    Raises: already-cancelled, over.
    Locks: the session, then the sign-ups.
    """
    session = _locked(session)
    if session.cancelled_at:
        raise Refused("already-cancelled", _("“%(title)s” is cancelled already.") % _named(session))
    if session.ends_at <= timezone.now():
        raise Refused("over", _("“%(title)s” is over.") % _named(session))
    session.cancelled_at = timezone.now()
    session.save()
    session.sign_ups.update(during=DateTimeTZRange(empty=True))
    letters = Letters()
    line = _("%(session)s is cancelled.") % {"session": name_of(session)}
    for participant in people_of(session):
        record_loss(
            participant=participant,
            kind=Loss.Kind.SIGN_UP,
            cause=Loss.Cause.SESSION_CANCELLED,
            what=_("cancelled: %(seat)s") % {"seat": seat_at(session)},
            ref=session.pk,
        )
        letters.tell(participant, line)
    session_changed.send(Session, session=session, moved=False)
    letters.send()
    return session


@transaction.atomic
def reinstate(*, session: Session) -> Session:
    """Let a cancelled session take place after all, with those who had signed up.

    Whoever has a seat in another session by then keeps that one, and is told.

    Raises: not-cancelled, over, room-taken.
    Locks: the session, then the sign-ups.
    """
    session = _locked(session)
    if session.cancelled_at is None:
        raise Refused("not-cancelled", _("“%(title)s” is not cancelled.") % _named(session))
    if session.ends_at <= timezone.now():
        raise Refused("over", _("“%(title)s” is over.") % _named(session))
    session.cancelled_at = None
    sentence = _("The room of “%(title)s” is used by another session now. Choose another first.")
    taken = partial(Refused, "room-taken", sentence % _named(session))
    with violations_refused({"session_room_not_used_twice": taken}):
        session.save()
    letters = Letters()
    for held in lock_all(actions.with_people(session.sign_ups.all())):
        _give_time_back(held, session, letters)
    line = _("%(session)s takes place after all.") % {"session": name_of(session)}
    for participant in people_of(session):
        letters.tell(participant, line)
    _mark_given_back(session)
    session_changed.send(Session, session=session, moved=False)
    letters.send()
    return session


@transaction.atomic
def delete(*, session: Session) -> None:
    """Delete `session`; who held a seat or had a role there is told.

    Raises: ProtectedError, where tables of it are reserved.
    Locks: the session.
    """
    session = _locked(session)
    letters = Letters()
    line = _("%(session)s is no longer in the programme.") % {"session": name_of(session)}
    for participant in people_of(session) if session.ends_at > timezone.now() else ():
        what = _("no longer in the programme: %(seat)s") % {"seat": seat_at(session)}
        record_loss(participant=participant, kind=Loss.Kind.SIGN_UP, what=what, ref=session.pk)
        letters.tell(participant, line)
    session.delete()
    letters.send()


@transaction.atomic
def free_seats(*, session: Session, letters: Letters) -> int:
    """Free the seats of those whom `session` no longer admits, then of the last beyond its seats.

    Locks: its sign-ups.
    """
    held = lock_all(actions.with_people(session.sign_ups.all()))
    admits = set(admitted(session).values_list("pk", flat=True))
    lost = [each for each in held if each.participant_id not in admits]
    kept = [each for each in held if each.participant_id in admits]
    beyond: list[SignUp] = []
    if session.seats is not None:
        kept.sort(key=lambda each: (each.created_at, each.pk))
        beyond = kept[session.seats :]
    for each in (*lost, *beyond):
        actions.free_seat(each, letters)
    return len(lost) + len(beyond)


def people_of(session: Session) -> QuerySet[Participant]:
    """Return who holds a seat at `session`, or has a role there."""
    people = Participant.objects.select_related("workshop", "user", "contact")
    seated = people.filter(sign_ups__session=session)
    return (seated | people.filter(session_roles__session=session)).distinct()


def _locked(session: Session) -> Session:
    return lock(Session.objects.select_related("workshop"), session.pk)


def _named(session: Session) -> dict[str, str]:
    return {"title": session.title}


def _tell_no_longer_admitted(session: Session, before: Before, letters: Letters) -> None:
    lost = before.admitted - set(admitted(session).values_list("pk", flat=True))
    people = Participant.objects.select_related("workshop", "user", "contact").filter(pk__in=lost)
    name = {"session": name_of(session, before.times)}
    what = _("admission to %(session)s") % name
    line = _("%(session)s is no longer open to you.") % name
    for participant in people:
        record_loss(participant=participant, kind=Loss.Kind.ADMISSION, what=what, ref=session.pk)
        letters.tell(participant, line)


def _take_roles(session: Session, before: Before, letters: Letters) -> None:
    now = set(session.roles.values_list("participant_id", "role"))
    people = Participant.objects.select_related("workshop", "user", "contact").in_bulk(
        [pk for pk, _role in before.roles - now]
    )
    labels = dict(session.roles.model.Role.choices)
    for pk, role in sorted(before.roles - now):
        words = {"role": labels[role], "session": name_of(session, before.times)}
        what = _("%(role)s at %(session)s") % words
        record_loss(participant=people[pk], kind=Loss.Kind.ROLE, what=what, ref=session.pk)
        letters.tell(people[pk], _("You are no longer %(role)s at %(session)s.") % words)


def _tell_moved(session: Session, letters: Letters) -> None:
    what = _("moved: %(seat)s") % {"seat": seat_at(session)}
    words = {"title": session.title, "when": session.time_in_words(), "room": session.room}
    line = _("“%(title)s” is now on %(when)s. Its room is not decided yet.") % words
    if session.room:
        line = _("“%(title)s” is now on %(when)s, in %(room)s.") % words
    for participant in people_of(session).filter(pk__in=admitted(session)):
        record_loss(participant=participant, kind=Loss.Kind.MOVED, what=what, ref=session.pk)
        letters.tell(participant, line)


def _give_time_back(held: SignUp, session: Session, letters: Letters) -> None:
    held.during = DateTimeTZRange(session.starts_at, session.ends_at)
    overlaps = partial(Refused, "overlap", _("They have a seat in another session then."))
    try:
        with violations_refused({"sign_ups_never_overlap": overlaps}):
            held.save(update_fields=["during"])
    except Refused:
        actions.free_seat(held, letters)


def _mark_given_back(session: Session) -> None:
    lost = Loss.objects.to_give_back().filter(
        kind=Loss.Kind.SIGN_UP, cause=Loss.Cause.SESSION_CANCELLED, ref=session.pk
    )
    lost.update(restored_at=timezone.now())
