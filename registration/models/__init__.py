"""Who is coming: organisations, affiliations, invitations, participants."""

from registration.models.answers import Attendance, SensitiveDetails
from registration.models.consent import Consent
from registration.models.invitation import Invitation
from registration.models.loss import Loss
from registration.models.organisation import Affiliation, Organisation
from registration.models.participant import (
    Participant,
    ParticipantAffiliation,
    Status,
    shown_name,
)
from registration.models.submission import Submission
from registration.models.waiting import WaitingListEntry

__all__ = [
    "Affiliation",
    "Attendance",
    "ParticipantAffiliation",
    "Consent",
    "Invitation",
    "Loss",
    "Organisation",
    "Participant",
    "SensitiveDetails",
    "Status",
    "Submission",
    "WaitingListEntry",
    "shown_name",
]
