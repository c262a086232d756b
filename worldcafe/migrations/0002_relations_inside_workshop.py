"""Every relation of the app's rows stays inside their workshop."""

from django.db import migrations

from foundation.series.inside_workshop import hold


class Migration(migrations.Migration):
    dependencies = [("worldcafe", "0001_initial"), ("agenda", "0003_relations_inside_workshop")]

    operations = [
        hold("worldcafe_cafe", "session_id agenda_session.workshop_id"),
        hold("worldcafe_table", "cafe_id worldcafe_cafe.session_id agenda_session.workshop_id"),
        hold(
            "worldcafe_reservation",
            "table_id worldcafe_table.cafe_id worldcafe_cafe.session_id agenda_session.workshop_id",
            "host_id registration_participant.workshop_id",
        ),
    ]
