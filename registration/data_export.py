"""Everything that registration stores about a participant, for their own download."""

from simple_history.models import HistoricalChanges

from foundation.mail.models import Message
from registration.models import Participant, SensitiveDetails


def of(participant: Participant) -> dict[str, object]:
    """Return the sections of the download by name, with values that JSON can hold, or moments.

    Organisers are not named: who decided is their data. Secret links are not stored at all.
    """
    sensitive = SensitiveDetails.objects.filter(participant=participant)
    return {
        "account": participant.user and _row(participant.user, "email", "name", "date_joined"),
        "contact": participant.contact and participant.contact.email,
        "registration": _registration(participant),
        "affiliations": [
            {
                "affiliation": each.affiliation.name,
                "claimed_at": each.claimed_at,
                "verified_at": each.verified_at,
            }
            for each in participant.participant_affiliations.select_related("affiliation")
        ],
        "days": [each.on for each in participant.attendances.all()],
        "needs": [_row(each, "dietary", "access") for each in sensitive],
        "consents": [
            {"to": each.version.kind, "text": each.version.text, "given_at": each.given_at}
            for each in participant.consents.select_related("version")
        ],
        "taken_away": [
            _row(each, "kind", "what", "at", "restored_at") for each in participant.losses.all()
        ],
        "waiting_list": _waiting_list(participant),
        "invitation": _invitation(participant),
        "mails": [
            {"to": each.to, "subject": each.subject, "written_at": each.created_at}
            for each in Message.objects.about(participant.public_id)
        ],
        "history": [
            _past(row, participant) for row in participant.history.select_related("organisation")
        ],
    }


def _row(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _registration(participant: Participant) -> dict[str, object]:
    row = _row(
        participant,
        "public_id",
        "badge_name",
        "is_protected",
        "alias",
        "organisation_name",
        "job_title",
        "unproved_email",
        "status",
        "status_at",
        "submitted_at",
    )
    return row | {"country": participant.country.code}


def _waiting_list(participant: Participant) -> list[dict[str, object]]:
    names = ("state", "joined_at", "offered_at", "offer_ends_at")
    return [_row(each, *names) for each in participant.waiting_list_entries.all()]


def _invitation(participant: Participant) -> dict[str, object] | None:
    invitation = getattr(participant, "invitation", None)
    if invitation is None:
        return None
    row = _row(invitation, "email", "name", "created_at", "expires_at", "used_at")
    organisation = invitation.organisation.name if invitation.organisation else ""
    named = [affiliation.name for affiliation in invitation.affiliations.all()]
    return row | {"organisation": organisation, "affiliations": named}


def _past(row: HistoricalChanges, participant: Participant) -> dict[str, object]:
    """One earlier state of the registration; from where, only if they made it themselves."""
    mine = participant.user_id is not None and row.history_user_id == participant.user_id
    return _row(row, "badge_name", "other_organisation", "job_title", "status", "status_at") | {
        "organisation": row.organisation.name if row.organisation else "",
        "country": row.country.code,
        "changed_at": row.history_date,
        "changed_from": row.history_address if mine else None,
    }
