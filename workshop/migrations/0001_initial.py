from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
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
