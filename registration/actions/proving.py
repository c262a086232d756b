"""What the owner of an address decides about the forms that were sent with it.

By the link that went to it, or signed in by a code that went to it.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.locking import lock_first
from foundation.core.refusals import Refused
from foundation.mail.models import Message
from registration.actions.looking_after import note_own_address, participant_of_name
from registration.actions.registering import locked_participant, refuse_registered, write_anew
from registration.actions.submitting import answers_of
from registration.models import Participant, Submission


@transaction.atomic
def prove(*, submission: Submission) -> Participant:
    """Hand a form to the organisers: the owner of its address says that it is theirs.

    All other forms that wait for the same person are dropped. Whoever cancelled registers anew by
    it, and holds no verified affiliation then.

    Raises: link-void, where it is confirmed already, dropped or too old; already-registered.
    Locks: the user, the participant.
    """
    current = _locked(submission)
    details, agreed_to = answers_of(current)
    participant = _meant_by(current, details.badge_name)
    refuse_registered(participant if participant.pk else None)
    note_own_address(participant, current.own_email)
    write_anew(participant, details, agreed_to, by=current.user, sent_at=current.sent_at)
    current.close(participant)
    Message.objects.about(current.public_id).update(
        about=participant.public_id, is_protected=participant.is_protected
    )
    return participant


@transaction.atomic
def discard(*, submission: Submission) -> None:
    """Erase what was written in a form: the owner of its address says that it isn't theirs.

    Raises: link-void.
    Locks: the user.
    """
    _locked(submission).close()


def _locked(submission: Submission) -> Submission:
    user = lock_first(User.objects.filter(pk=submission.user_id))
    rows = Submission.objects.waiting().select_related("workshop")
    current = rows.filter(pk=submission.pk).first()
    if user is None or current is None:
        raise Refused("link-void", _("This link has expired or was already used."))
    current.user = user
    return current


def _meant_by(submission: Submission, name: str) -> Participant:
    workshop, user = submission.workshop, submission.user
    if submission.is_for_other:
        return participant_of_name(workshop, user, name)
    return locked_participant(workshop, user) or Participant(workshop=workshop, user=user)
