"""Every relation of the app's rows stays inside their workshop."""

from django.db import migrations

from foundation.series.inside_workshop import hold


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_session_inside_workshop"),
        ("registration", "0002_relations_inside_workshop"),
    ]

    operations = [
        hold("agenda_day", "workshop_id"),
        hold("agenda_room", "workshop_id"),
        hold("agenda_track", "workshop_id"),
        hold("agenda_formersessionslug", "workshop_id", "session_id agenda_session.workshop_id"),
        hold(
            "agenda_session_affiliations",
            "session_id agenda_session.workshop_id",
            "affiliation_id registration_affiliation.workshop_id",
        ),
        hold(
            "agenda_session_invitees",
            "session_id agenda_session.workshop_id",
            "participant_id registration_participant.workshop_id",
        ),
        hold(
            "agenda_session",
            "workshop_id",
            "track_id agenda_track.workshop_id",
            "room_id agenda_room.workshop_id",
        ),
        hold(
            "agenda_sessionrole",
            "session_id agenda_session.workshop_id",
            "participant_id registration_participant.workshop_id",
        ),
        hold(
            "agenda_signup",
            "session_id agenda_session.workshop_id",
            "participant_id registration_participant.workshop_id",
        ),
    ]
