"""Invitations: each goes out as a mail with its personal link.

Only the mail carries the link. Whoever may look at invitations never sees it.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from foundation.series.models import Workshop
from registration import messages
from registration.models import Affiliation, Invitation, Organisation


def good_until() -> datetime:
    """Return until when an invitation sent now is good."""
    until: datetime = timezone.now() + settings.INVITATION_GOOD_FOR
    return until


@transaction.atomic
def invite(*, invitation: Invitation) -> None:
    """Mail a new invitation, saved with its affiliations.

    One that has expired is sent again instead, see `invite_again`.

    Raises: used.
    Locks: the invitation.
    """
    messages.invite(_locked_unused(invitation))


@transaction.atomic
def invite_again(*, invitation: Invitation) -> None:
    """Mail an invitation once more, with a new link, good for its full time from now.

    Every older link is void, so that one that went astray opens nothing. One that was used is good
    again where its registration was cancelled since.

    Raises: used.
    Locks: the invitation.
    """
    invitation = _locked_unused(invitation)
    invitation.reopen()
    invitation.renew()
    messages.invite(invitation)


@transaction.atomic
def invite_several(
    *,
    workshop: Workshop,
    people: Iterable[tuple[str, str]],
    organisation: Organisation | None,
    affiliations: Iterable[Affiliation],
) -> list[Invitation]:
    """Invite everybody in `people`, pairs of address and name, all alike; or nobody.

    Raises: invited-already, where somebody else was faster with one of the addresses.
    """
    made = []
    for email, name in people:
        invitation = Invitation(
            workshop=workshop,
            email=email,
            name=name,
            organisation=organisation,
            expires_at=good_until(),
        )
        _save_new(invitation)
        invitation.affiliations.set(affiliations)
        messages.invite(invitation)
        made.append(invitation)
    return made


def _save_new(invitation: Invitation) -> None:
    sentence = _("%(email)s is invited already.") % {"email": invitation.email}
    already = partial(Refused, "invited-already", sentence)
    with violations_refused({"invitation_once_per_workshop_and_address": already}):
        invitation.save()


def _locked_unused(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_related("workshop")
    invitation = lock(rows, invitation.pk)
    if not invitation.can_be_sent():
        sentence = _("%(name)s has registered with the invitation already; it can’t be sent again.")
        raise Refused("used", sentence % {"name": invitation})
    return invitation
