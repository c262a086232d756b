"""Every relation of the app's rows stays inside their workshop."""

from django.db import migrations

from foundation.series.inside_workshop import hold


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_initial"), ("series", "0002_relations_inside_workshop")]

    operations = [
        hold("registration_affiliation", "workshop_id"),
        hold(
            "registration_organisation_affiliations",
            "organisation_id registration_organisation.workshop_id",
            "affiliation_id registration_affiliation.workshop_id",
        ),
        hold("registration_organisation", "workshop_id"),
        hold(
            "registration_participant",
            "workshop_id",
            "organisation_id registration_organisation.workshop_id",
        ),
        hold(
            "registration_participantaffiliation",
            "participant_id registration_participant.workshop_id",
            "affiliation_id registration_affiliation.workshop_id",
        ),
        hold(
            "registration_submission",
            "workshop_id",
            "participant_id registration_participant.workshop_id",
        ),
        hold("registration_attendance", "participant_id registration_participant.workshop_id"),
        hold("registration_loss", "participant_id registration_participant.workshop_id"),
        hold(
            "registration_sensitivedetails", "participant_id registration_participant.workshop_id"
        ),
        hold(
            "registration_consent",
            "participant_id registration_participant.workshop_id",
            "version_id series_textversion.workshop_id",
        ),
        hold(
            "registration_invitation_affiliations",
            "invitation_id registration_invitation.workshop_id",
            "affiliation_id registration_affiliation.workshop_id",
        ),
        hold(
            "registration_invitation",
            "workshop_id",
            "organisation_id registration_organisation.workshop_id",
            "participant_id registration_participant.workshop_id",
        ),
        hold(
            "registration_waitinglistentry", "participant_id registration_participant.workshop_id"
        ),
    ]
