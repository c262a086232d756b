"""What is not kept for ever."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.locking import lock_first
from foundation.mail.models import Message
from foundation.series.models import AccessRecord, Workshop
from registration.models import Loss, SensitiveDetails, Submission

# A link that is opened in its last minute is still good for the button behind it.
GRACE = timedelta(days=1)


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
    """Erase forms whose link was left unused until it was void; whether any were.

    Whose address it is nobody knows, so nothing of them stays: no mail, and no user who has nothing
    else here. How many were erased is on record.

    Locks: of each, the user whose address it came with.
    """
    before = timezone.now() - settings.VERIFY_LINK_GOOD_FOR - GRACE
    left = Submission.objects.filter(participant=None, sent_at__lt=before)
    counts = Counter(
        submission.workshop
        for submission in left.select_related("workshop")
        if not stopping() and _erase_submission(submission)
    )
    for workshop, count in counts.items():
        AccessRecord.objects.create(
            workshop=workshop,
            what=_("Forms erased: their address was never proved"),
            about=_("forms: %(count)d") % {"count": count},
        )
    return bool(counts)


def clear_sessions(stopping: Callable[[], bool] = lambda: False) -> bool:
    """Delete sessions past their end: they may hold an address."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return False


@transaction.atomic
def _erase_submission(submission: Submission) -> bool:
    """Erase one form, unless it was confirmed in the meantime; whether it had waited till now."""
    user = lock_first(User.objects.filter(pk=submission.user_id))
    erased, _by_model = Submission.objects.filter(pk=submission.pk, participant=None).delete()
    if user is None or not erased:
        return False
    Message.objects.about(submission.public_id).delete()
    has_more = user.participants, user.looked_after, user.roles, user.submissions
    if not (user.is_staff or any(rows.exists() for rows in has_more)):
        user.delete()
    return submission.closed_at is None
