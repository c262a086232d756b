"""What organisers decide: who comes, and in what capacity.

Every move locks the participant, a confirmation the workshop before that, because it owns the
count; records who and when; and writes its mail in the same transaction. Each is Refused with
already-<status> where it was made before, and with no-such-move where the status as it is now
doesn't allow it.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registration import mail
from registration.actions.admission import admission_lost
from registration.models import Affiliation, Capacity, Participant, Status, User
from workshop.models import Workshop
from workshop.refusals import Refused

# From where an organiser can move a registration to each status. A proof of the address moves it
# from submitted to pending; a new registration begins where one was cancelled.
MOVES = {
    Status.CONFIRMED: {Status.PENDING, Status.WAITING, Status.DECLINED},
    Status.WAITING: {Status.PENDING, Status.DECLINED},
    Status.DECLINED: {Status.PENDING, Status.WAITING},
    Status.CANCELLED: set(Status) - {Status.CANCELLED},
}


def can_become(participant: Participant, status: Status) -> bool:
    """Whether a registration as it stands can move to `status`; places are counted later."""
    return participant.status in MOVES[status]


def lock(participant: Participant) -> Participant:
    """The participant as it stands now, locked together with the workshop that owns the places."""
    _locked(Workshop.objects.all(), participant.workshop_id)
    return _locked(Participant.objects.select_related("workshop", "user"), participant.pk)


@transaction.atomic
def confirm(*, participant: Participant, by: User | None) -> Participant:
    """Give `participant` a place, and tell them. Also out of the waiting list, or after a “no”.

    Refused: workshop-full, organisation-full. Locks the workshop, then the participant.
    """
    return _confirm(lock(participant), by)


@transaction.atomic
def confirm_verified(*, participant: Participant, by: User) -> Participant:
    """Verify every affiliation that `participant` claims, and confirm them: with one mail.

    Somebody confirmed before only gets the affiliations. Refused and locks as `confirm`.
    """
    participant = lock(participant)
    claims = list(participant.capacities.filter(verified_at=None))
    for claim in claims:
        _verify(claim, by)
    if participant.is_confirmed and claims:
        _tell_of(participant, [str(claim) for claim in claims])
        return participant
    return _confirm(participant, by)


@transaction.atomic
def put_on_waiting_list(*, participant: Participant, by: User) -> Participant:
    """Neither yes nor no: tell `participant` that they wait for a place. Locks the participant."""
    return _move(_locked_participant(participant), Status.WAITING, by)


@transaction.atomic
def decline(*, participant: Participant, by: User) -> Participant:
    """Say no, and tell `participant`. Whoever is confirmed is cancelled instead.

    Locks the participant.
    """
    return _move(_locked_participant(participant), Status.DECLINED, by)


@transaction.atomic
def cancel(*, participant: Participant, by: User | None) -> Participant:
    """Cancel the registration, by its participant or an organiser, whatever its status.

    All that was held by it is free again. The mail is left out where the address was never proved.
    Locks the participant, then what they held.
    """
    participant = _move(_locked_participant(participant), Status.CANCELLED, by)
    admission_lost(participant=participant)
    return participant


@transaction.atomic
def verify(*, capacity: Capacity, by: User) -> Capacity:
    """Let a claimed affiliation admit.

    Mail goes only to those confirmed, who can read something new from now on; to all others
    the confirmation will name their affiliations. Refused: already-verified. Locks the participant.
    """
    participant = _locked_participant(capacity.participant)
    capacity = participant.capacities.get(pk=capacity.pk)
    if capacity.verified_at:
        sentence = _("%(name)s: “%(affiliation)s” is verified already.")
        raise Refused("already-verified", sentence % _names(participant, capacity))
    _verify(capacity, by)
    if participant.is_confirmed:
        _tell_of(participant, [str(capacity)])
    return capacity


@transaction.atomic
def unverify(*, capacity: Capacity, by: User) -> Capacity:
    """Let an affiliation admit no longer; the claim stays, and what it admitted to is freed.

    No mail says why: the organisers tell the person themselves; but a host whose table is released
    by it is told that. Refused: not-verified.
    Locks the participant, then what they held.
    """
    participant = _locked_participant(capacity.participant)
    capacity = participant.capacities.get(pk=capacity.pk)
    if capacity.verified_at is None:
        sentence = _("%(name)s: “%(affiliation)s” is not verified.")
        raise Refused("not-verified", sentence % _names(participant, capacity))
    capacity.verified_at, capacity.verified_by = None, None
    capacity._history_user = by  # nothing else will say who
    capacity.save()
    admission_lost(participant=participant)
    return capacity


@transaction.atomic
def grant(*, participant: Participant, affiliation: Affiliation, by: User) -> Capacity:
    """Give `participant` an affiliation, verified, though they never claimed it.

    Refused: other-workshop, already-verified. Locks and tells as `verify`.
    """
    participant = _locked_participant(participant)
    if affiliation.workshop_id != participant.workshop_id:
        raise Refused("other-workshop", _("This affiliation belongs to another workshop."))
    capacity, _created = participant.capacities.get_or_create(affiliation=affiliation)
    return verify(capacity=capacity, by=by)


def hold_seat(*, participant: Participant) -> None:
    """See to it that a confirmed participant's organisation has a seat for them.

    Call it, in the transaction and before saving, where somebody's organisation changes.
    Refused: organisation-full. Locks the workshop.
    """
    if participant.is_confirmed:
        _locked(Workshop.objects.all(), participant.workshop_id)
        if not _has_seat_for(participant):
            sentence = _("All seats of %(organisation)s are taken; the organisers can add one.")
            names = {"organisation": participant.organisation}
            raise Refused("organisation-full", sentence % names)


def _locked(rows, key):
    return rows.select_for_update(of=("self",), no_key=True).get(pk=key)


def _locked_participant(participant: Participant) -> Participant:
    return _locked(Participant.objects.select_related("workshop", "user"), participant.pk)


def _confirm(participant: Participant, by: User | None) -> Participant:
    _refuse_impossible(participant, Status.CONFIRMED)
    workshop = participant.workshop
    if workshop.capacity and workshop.participants.confirmed().count() >= workshop.capacity:
        sentence = _(
            "All places of %(workshop)s (%(count)d) are taken: put %(name)s on the waiting list."
        )
        names = {"count": workshop.capacity, "workshop": workshop, "name": participant}
        raise Refused("workshop-full", sentence % names)
    if not _has_seat_for(participant):
        sentence = _(
            "All seats of %(organisation)s (%(count)d) are taken: put %(name)s on the waiting "
            "list, or give the organisation more seats."
        )
        organisation = participant.organisation
        names = {"count": organisation.seats, "organisation": organisation, "name": participant}
        raise Refused("organisation-full", sentence % names)
    return _move(participant, Status.CONFIRMED, by)


def _has_seat_for(participant: Participant) -> bool:
    """Whether the organisation has a seat that nobody else has; the workshop is locked."""
    organisation = participant.organisation
    if organisation is None or organisation.seats is None:
        return True
    others = organisation.participants.confirmed().exclude(pk=participant.pk)
    return others.count() < organisation.seats


def _refuse_impossible(participant: Participant, status: Status) -> None:
    if participant.status == status:
        sentence = _("%(name)s: the registration is “%(status)s” already.")
        names = {"name": participant, "status": status.label}
        raise Refused(f"already-{status.value}", sentence % names)
    if not can_become(participant, status):
        sentence = _("%(name)s can’t become “%(to)s”: the registration is now “%(status)s”.")
        names = {
            "name": participant,
            "to": status.label,
            "status": participant.get_status_display(),
        }
        raise Refused("no-such-move", sentence % names)


def _move(participant: Participant, status: Status, by: User | None) -> Participant:
    """Set the status and write the mail that is named like it."""
    _refuse_impossible(participant, status)
    address_is_proved = participant.status != Status.SUBMITTED
    participant.status, participant.status_at, participant.status_by = status, timezone.now(), by
    participant.save()
    if address_is_proved:
        verified = participant.capacities.verified().select_related("affiliation")
        _send(participant, status.value, {"affiliations": [str(each) for each in verified]})
    return participant


def _verify(capacity: Capacity, by: User) -> None:
    capacity.verified_at, capacity.verified_by = timezone.now(), by
    capacity.save()


def _tell_of(participant: Participant, affiliations: list[str]) -> None:
    _send(participant, "affiliation_verified", {"affiliations": affiliations})


def _send(participant: Participant, kind: str, context: dict) -> None:
    slug = participant.workshop.slug
    links = {
        "link": reverse("registration:me", args=[slug]),
        "register_link": reverse("registration:register", args=[slug]),
    }
    mail.send(
        workshop=participant.workshop,
        to=participant.user.email,
        kind=kind,
        participant=participant,
        context=context | {name: settings.SITE_URL + path for name, path in links.items()},
    )


def _names(participant: Participant, capacity: Capacity) -> dict:
    return {"name": participant, "affiliation": capacity}
