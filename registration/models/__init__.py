"""Who is coming: users, organisations, affiliations, invitations, participants."""

from registration.models.invitation import Invitation
from registration.models.mail import Mail
from registration.models.organisation import Affiliation, Organisation
from registration.models.participant import (
    Attendance,
    Capacity,
    Consent,
    Participant,
    SensitiveDetails,
    Status,
)
from registration.models.user import User

__all__ = [
    "Affiliation",
    "Attendance",
    "Capacity",
    "Consent",
    "Invitation",
    "Mail",
    "Organisation",
    "Participant",
    "SensitiveDetails",
    "Status",
    "User",
]
