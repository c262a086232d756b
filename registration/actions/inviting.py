"""Invitations: each goes out as a mail with its personal link.

Only the mail carries the link. Whoever may look at invitations never sees it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.addresses import spelling
from foundation.core.locking import lock
from foundation.core.refusals import Refused
from foundation.core.violations import violations_refused
from foundation.series.models import Workshop
from registration import secret_messages
from registration.models import Affiliation, Invitation, Organisation
from registration.verifying import refuse_naming


def good_until() -> datetime:
    """Return until when an invitation sent now is good."""
    until: datetime = timezone.now() + settings.INVITATION_GOOD_FOR
    return until


@transaction.atomic
def invite(*, invitation: Invitation, by: User | None) -> None:
    """Mail a new invitation, saved with its affiliations.

    One that has expired is sent again instead, see `invite_again`.

    Raises: own-address, needs-organiser, used.
    Locks: the invitation.
    """
    refuse_inviting(invitation=invitation, by=by)
    secret_messages.invite(_locked_unused(invitation))


def refuse_inviting(*, invitation: Invitation, by: User | None) -> None:
    """Let nobody invite themselves, and only an organiser name what admits to a session.

    Call it, in the transaction and after saving, where an invitation is written or changed.

    Raises: own-address, needs-organiser.
    """
    _refuse_own_address(invitation.email, by)
    refuse_naming(invitation.workshop, invitation.affiliations.all(), by)


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
    secret_messages.invite(invitation)


@transaction.atomic
def invite_several(
    *,
    workshop: Workshop,
    people: Iterable[tuple[str, str]],
    organisation: Organisation | None,
    affiliations: Collection[Affiliation],
    by: User | None,
) -> list[Invitation]:
    """Invite everybody in `people`, pairs of address and name, all alike; or nobody.

    Raises: own-address, needs-organiser, invited-already, where somebody else was faster with one
    of the addresses.
    """
    refuse_naming(workshop, affiliations, by)
    made = []
    for email, name in people:
        _refuse_own_address(email, by)
        invitation = Invitation(
            workshop=workshop,
            email=email,
            name=name,
            organisation=organisation,
            expires_at=good_until(),
        )
        _save_new(invitation)
        invitation.affiliations.set(affiliations)
        secret_messages.invite(invitation)
        made.append(invitation)
    return made


def _refuse_own_address(email: str, by: User | None) -> None:
    if by and spelling(email) == by.email:
        sentence = _("This is your own address. Another organiser invites you.")
        raise Refused("own-address", sentence)


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
