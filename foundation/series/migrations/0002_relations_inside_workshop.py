"""Every relation of the app's rows stays inside their workshop."""

from django.db import migrations

from foundation.series.inside_workshop import hold, make_functions


class Migration(migrations.Migration):
    dependencies = [("series", "0001_initial")]

    operations = [
        make_functions(),
        hold("series_textversion", "workshop_id"),
        hold("series_partner", "workshop_id", "member_of_id series_partner.workshop_id"),
        hold("series_contact", "workshop_id"),
        hold("series_resource", "workshop_id"),
        hold("series_role", "workshop_id"),
        hold("series_accessrecord", "workshop_id"),
        hold("series_formerslug", "workshop_id"),
    ]
