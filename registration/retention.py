"""What is not kept for ever."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.models import HistoricalChanges

from foundation.accounts.models import User
from foundation.core.locking import lock_first
from foundation.mail.models import Message
from foundation.series.models import AccessRecord, Workshop
from registration.messages import Verify
from registration.models import (
    Loss,
    Organisation,
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
    Status,
)
from registration.status import set_status

# A link that is opened in its last minute is still good for the button behind it.
GRACE = timedelta(days=1)
KEPT_IN_HISTORY = (
    "badge_name",
    "other_organisation",
    "job_title",
    "country",
    "unproved_email",
    "submitted_at",
)


def erase_sensitive_details(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Erase dietary, access and other sensitive answers past their keeping; whether any were.

    They are kept SENSITIVE_DETAILS_KEPT_DAYS days after the last day of their workshop. How many
    were erased is on record beside the reads.
    """
    last_kept = timezone.now().date() - timedelta(days=settings.SENSITIVE_DETAILS_KEPT_DAYS)
    over = Workshop.objects.filter(
        ends_on__lt=last_kept, participants__sensitive_details__isnull=False
    ).distinct()
    erased = [workshop for workshop in over if not stopping() and _erase(workshop)]
    return bool(erased)


@transaction.atomic
def _erase(workshop: Workshop) -> int:
    count, _by_model = SensitiveDetails.objects.filter(participant__workshop=workshop).delete()
    if count:
        AccessRecord.objects.create(
            workshop=workshop,
            what=_("Sensitive details erased: their time was over"),
            about=_("participants: %(count)d") % {"count": count},
        )
    return count


def erase_losses(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Erase what was taken from people, and why, when their sensitive answers go; whether any was.

    By then nothing can be given back any more.
    """
    last_kept = timezone.now().date() - timedelta(days=settings.SENSITIVE_DETAILS_KEPT_DAYS)
    old = Loss.objects.filter(participant__workshop__ends_on__lt=last_kept)
    erased, _by_model = old.delete()
    return erased > 0


def erase_unproved(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Erase registrations whose link was left unused until it was void; whether any were.

    Whose address it is nobody knows, so nothing of them stays: no history, no mail, and no user
    who has nothing else here. One that had been proved before, and was cancelled, is cancelled
    again under the name it had. Whoever has a part in the programme is left to the organisers who
    gave it to them. How many were erased is on record.

    Locks: of each, the user who sent the form, then the participant.
    """
    before = timezone.now() - settings.VERIFY_LINK_GOOD_FOR - GRACE
    left = Participant.objects.filter(status=Status.SUBMITTED, submitted_at__lt=before)
    counts = Counter(
        participant.workshop
        for participant in left.select_related("workshop", "user", "contact")
        if not stopping() and _take_back(participant, before)
    )
    for workshop, count in counts.items():
        AccessRecord.objects.create(
            workshop=workshop,
            what=_("Registrations erased: their address was never proved"),
            about=_("participants: %(count)d") % {"count": count},
        )
    return bool(counts)


def clear_sessions(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Delete sessions past their end: they may hold an address."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return False


@transaction.atomic
def _take_back(participant: Participant, before: datetime) -> bool:
    """Undo one submission, unless it was proved or sent again in the meantime."""
    user = lock_first(User.objects.filter(pk=participant.registrant.pk))
    unproved = lock_first(
        Participant.objects.filter(
            pk=participant.pk, status=Status.SUBMITTED, submitted_at__lt=before
        )
    )
    if user is None or unproved is None or _has_a_part(unproved):
        return False
    proved = unproved.history.exclude(status=Status.SUBMITTED).first()
    if proved:
        _put_back(unproved, proved)
    else:
        _erase_unproved(unproved, user)
    return True


def _has_a_part(participant: Participant) -> bool:
    """Return whether another app names `participant`: a role, an invitation by name, a table."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: participant}).exists()
        for relation in Participant._meta.related_objects
        if relation.related_model._meta.app_label != Participant._meta.app_label
    )


def _erase_unproved(participant: Participant, user: User) -> None:
    key = participant.pk
    Message.objects.about(participant.public_id).delete()
    participant.delete()
    # Last, because deleting writes history too.
    Participant.history.filter(id=key).delete()
    ParticipantAffiliation.history.filter(participant_id=key).delete()
    has_more = user.participants, user.looked_after, user.roles
    if not (user.is_staff or any(rows.exists() for rows in has_more)):
        user.delete()


def _put_back(participant: Participant, proved: HistoricalChanges) -> None:
    """Let `participant` be as this row of history tells, and forget what was sent since."""
    participant.history.filter(history_date__gt=proved.history_date).delete()
    messages = Message.objects.about(participant.public_id)
    messages.filter(kind=Verify.name, created_at__gt=proved.history_date).delete()
    participant.participant_affiliations.filter(verified_at=None).delete()
    SensitiveDetails.objects.filter(participant=participant).delete()
    for name in KEPT_IN_HISTORY:
        setattr(participant, name, getattr(proved, name))
    participant.organisation = Organisation.objects.filter(pk=proved.organisation_id).first()
    set_status(participant, Status(proved.status), by=None, at=proved.status_at)
    participant.save()
