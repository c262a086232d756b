"""What a participant tells about themselves, and how it is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from foundation.core.names import name_key
from foundation.core.refusals import Refused
from foundation.series.models import TextVersion
from registration.models import (
    Affiliation,
    Attendance,
    Organisation,
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
)


@dataclass(frozen=True, kw_only=True)
class Details:
    """The answers of one form, checked in shape.

    organisation: one of the workshop's, or None where `other_organisation` names it.
    affiliations: those claimed.
    """

    badge_name: str
    organisation: Organisation | None
    other_organisation: str
    job_title: str
    country: str
    affiliations: list[Affiliation]
    days: list[date]
    dietary: str
    access: str


def write(participant: Participant, details: Details, *, keeps_verified: bool) -> None:
    """Save `participant` with `details`; row by row, so that history sees every change.

    keeps_verified: whether an affiliation that was verified, and is claimed still, stays so.

    Raises: not-claimable, for an affiliation that is only given, where they don't hold it.
    """
    for name in ("badge_name", "organisation", "other_organisation", "job_title", "country"):
        setattr(participant, name, getattr(details, name))
    participant.save()
    _claim(participant, details.affiliations, keeps_verified)
    participant.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(participant=participant, on=day) for day in details.days
    )
    _keep_sensitive(participant, details)


def has_told(participant: Participant, details: Details) -> bool:
    """Return whether what stands there is what `details` say, so that nothing is left to write."""
    needs = SensitiveDetails.objects.filter(participant=participant).first() or SensitiveDetails()
    return details == Details(
        badge_name=participant.badge_name,
        organisation=participant.organisation,
        other_organisation=participant.other_organisation,
        job_title=participant.job_title,
        country=participant.country,
        affiliations=list(participant.affiliations.all()),
        days=[each.on for each in participant.attendances.all()],
        dietary=needs.dietary,
        access=needs.access,
    )


def consent(participant: Participant, agreed_to: Iterable[TextVersion], at: datetime) -> None:
    """Keep what was agreed to with the form: the wording that it showed, whatever it says now.

    at: when the form was sent.
    """
    for version in agreed_to:
        participant.consents.update_or_create(version=version, defaults={"given_at": at})


def verified_lost(participant: Participant, details: Details) -> list[Affiliation]:
    """Return the affiliations, verified today, that `details` would unverify or take away."""
    verified = participant.participant_affiliations.verified().select_related("affiliation")
    kept = [] if identity_changes(participant, details) else details.affiliations
    return [each.affiliation for each in verified if each.affiliation not in kept]


def identity_changes(participant: Participant, details: Details) -> bool:
    """Return whether `details` are of another person or organisation than was verified.

    The case of letters, blanks and the encoding don't count.
    """
    before = (participant.badge_name, participant.organisation_name)
    after = (details.badge_name, _organisation_name(details))
    return [name_key(text) for text in before] != [name_key(text) for text in after]


def _organisation_name(details: Details) -> str:
    return details.organisation.name if details.organisation else details.other_organisation


def _claim(participant: Participant, affiliations: list[Affiliation], keeps_verified: bool) -> None:
    held = {claim.affiliation_id: claim for claim in participant.participant_affiliations.all()}
    for affiliation in affiliations:
        claim = held.pop(affiliation.pk, None)
        if claim is None and not affiliation.can_be_claimed:
            sentence = _("“%(affiliation)s” can’t be claimed: the organisers give it.")
            raise Refused("not-claimable", sentence % {"affiliation": affiliation})
        if claim is None:
            ParticipantAffiliation.objects.create(participant=participant, affiliation=affiliation)
        elif claim.verified_at and not keeps_verified:
            claim.verified_at = claim.verified_by = None
            claim.save()
    for claim in held.values():
        claim.delete()


def _keep_sensitive(participant: Participant, details: Details) -> None:
    if details.dietary or details.access:
        SensitiveDetails.objects.update_or_create(
            participant=participant,
            defaults={"dietary": details.dietary, "access": details.access},
        )
    else:
        SensitiveDetails.objects.filter(participant=participant).delete()
