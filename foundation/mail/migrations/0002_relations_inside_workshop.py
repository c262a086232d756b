"""Every relation of the app's rows stays inside their workshop."""

from django.db import migrations

from foundation.series.inside_workshop import hold


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial"), ("series", "0002_relations_inside_workshop")]

    operations = [
        hold("mail_message", "workshop_id"),
    ]
