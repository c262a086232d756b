import django.db.models.deletion
from django.db import migrations, models

from foundation.series.inside_workshop import hold


class Migration(migrations.Migration):
    initial = True

    dependencies = [("series", "0002_relations_inside_workshop")]

    operations = [
        migrations.CreateModel(
            name="LastLoad",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.JSONField(default=dict)),
                (
                    "workshop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="series.workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "last load of a workshop file",
                "verbose_name_plural": "last loads of workshop files",
            },
        ),
        hold("workshop_lastload", "workshop_id"),
        migrations.CreateModel(
            name="DutyRound",
            fields=[
                (
                    "duty",
                    models.CharField(
                        max_length=60, primary_key=True, serialize=False, verbose_name="duty"
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="last done")),
            ],
            options={
                "verbose_name": "round of a duty",
                "verbose_name_plural": "rounds of duties",
            },
        ),
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("view", models.CharField(max_length=100, verbose_name="view")),
                ("status", models.PositiveSmallIntegerField(verbose_name="status")),
                ("count", models.PositiveBigIntegerField(verbose_name="count")),
            ],
            options={
                "verbose_name": "count of requests",
                "verbose_name_plural": "counts of requests",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("view", "status"), name="request_count_once_per_view_and_status"
                    )
                ],
            },
        ),
    ]
