"""What the pages of a person, and of their contact, show of what was told."""

from registration.models import Participant, SensitiveDetails


def details_of(participant: Participant) -> dict[str, object]:
    """Return the context of `registration/_my_details.html`."""
    return {
        "participant": participant,
        "participant_affiliations": participant.participant_affiliations.select_related(
            "affiliation"
        ),
        "days": [attendance.on for attendance in participant.attendances.all()],
        "consents": participant.consents.select_related("version"),
        "sensitive": SensitiveDetails.objects.filter(participant=participant).first(),
    }
