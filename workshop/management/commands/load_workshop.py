"""`manage.py load_workshop FILE.yaml`: create or update a workshop from a file."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from workshop.loader import Unreadable, load
from workshop.refusals import Refused


class Command(BaseCommand):
    help = "Create or update a workshop from a file (see docs/workshop-file.md). Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", help="write this workshop, not the one the file names")
        parser.add_argument(
            "--starts-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="move everything by whole days, so that the workshop starts then",
        )

    def handle(self, *, file, slug, starts_on, **options):
        try:
            loaded = load(file, slug=slug, starts_on=starts_on)
        except Unreadable as unreadable:
            lines = [f"{file}:{m.line}: {m.place}: {m.expected}" for m in unreadable.mistakes]
            raise CommandError("\n".join([*lines, "Nothing was written."])) from unreadable
        except Refused as refused:
            raise CommandError(f"{refused.sentence} Nothing was written.") from refused
        for name in loaded.removed:
            self.stdout.write(f"Removed: {name} is no longer in the file.")
        for sentence in loaded.kept:
            self.stdout.write(f"Kept: {sentence}")
        workshop = loaded.workshop
        self.stdout.write(
            f"{workshop} ({workshop.slug}), {workshop.starts_on} to {workshop.ends_on}: "
            f"{loaded.created} entries created, {loaded.changed} changed."
        )
