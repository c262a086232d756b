"""Who may verify which affiliation of whom, and what speaks for it.

Two things speak for a claim: that its holder's organisation may hold the affiliation, and that an
invitation names it. An organiser may verify without either; the registration desk may not, and
never what admits to a session. Nobody decides on a registration of their own.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.core.refusals import Refused
from foundation.series.models import Workshop
from foundation.series.roles import Area, Staff, may
from registration.models import Affiliation, Invitation, Participant


def is_own(participant: Participant, user: Staff) -> bool:
    """Return whether the registration is the user's: their own, or of somebody they look after."""
    return user is not None and user.pk in (participant.user_id, participant.contact_id)


def refuse_own(participant: Participant, by: Staff) -> None:
    """Let nobody decide on a registration of their own, operators included.

    Raises: own-registration.
    """
    if is_own(participant, by):
        sentence = _(
            "%(name)s: this registration is yours, or of somebody you look after. Another "
            "organiser decides on it."
        )
        raise Refused("own-registration", sentence % {"name": participant})


def admits_people(user: Staff, workshop: Workshop | None = None) -> bool:
    """Return whether the user's role decides who is admitted to sessions: an organiser's does."""
    return may(user, "change", Area.PROGRAMME, workshop)


def refuse_verifying(participant: Participant, affiliation: Affiliation, by: Staff) -> None:
    """Let the desk verify only what something speaks for, and nothing that admits to a session.

    by: nobody where the site itself does it.

    Raises: own-registration, needs-organiser.
    """
    refuse_own(participant, by)
    if by is None or admits_people(by, participant.workshop):
        return
    refuse_naming(participant.workshop, [affiliation], by)
    if against := reason_against(participant, affiliation):
        sentence = _("%(reason)s An organiser decides.") % {"reason": against}
        raise Refused("needs-organiser", sentence)


def refuse_naming(workshop: Workshop, affiliations: Iterable[Affiliation], by: Staff) -> None:
    """Let only an organiser give what admits to a session: verified, or named in an invitation.

    Raises: needs-organiser.
    """
    if by is None or admits_people(by, workshop):
        return
    for affiliation in affiliations:
        if admits_to_sessions(affiliation):
            sentence = _("“%(affiliation)s” admits to a session. An organiser decides who has it.")
            raise Refused("needs-organiser", sentence % {"affiliation": affiliation})


def admits_to_sessions(affiliation: Affiliation) -> bool:
    """Return whether a session names the affiliation among those it admits."""
    return affiliation.admitted_to.exists()


def reason_against(participant: Participant, affiliation: Affiliation) -> str:
    """Return why nothing speaks for the claim, or "" where something does."""
    if may_hold(participant, affiliation) or invitation_naming(participant, affiliation):
        return ""
    told = {
        "name": participant,
        "affiliation": affiliation,
        "organisation": participant.organisation_name or _("no organisation"),
    }
    sentence = _(
        "%(name)s: “%(affiliation)s” is not among what %(organisation)s may hold, and no "
        "invitation names it."
    )
    return sentence % told


def may_hold(participant: Participant, affiliation: Affiliation) -> bool:
    """Return whether the organisation on the list that they come from may hold the affiliation."""
    theirs = participant.organisation
    return theirs is not None and affiliation.organisations.filter(pk=theirs.pk).exists()


def invitation_naming(participant: Participant, affiliation: Affiliation) -> Invitation | None:
    """Return the invitation, used by them or sent to their address, that names the affiliation."""
    theirs = Q(participant=participant)
    if participant.user:
        theirs |= Q(email=participant.user.email)
    named: Invitation | None = affiliation.invitations.filter(theirs).first()
    return named
