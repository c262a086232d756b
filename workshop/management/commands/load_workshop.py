"""`manage.py load_workshop FILE.yaml`: create or update a workshop from a file."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.core.refusals import Refused
from workshop.workshop_file import Mistake, Unreadable, load, read_date


def _day(text: str) -> date:
    try:
        return read_date(text)
    except ValueError as error:
        raise ArgumentTypeError("a date like 2024-03-04 is expected") from error


def _line(file: Path, mistake: Mistake) -> str:
    place = f"{file}:{mistake.line}: {mistake.place}" if mistake.line else mistake.place
    return f"{place}: {mistake.expected}"


class Command(BaseCommand):
    help = "Create or update a workshop from a file (see docs/workshop-file.md). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", help="write this workshop, not the one the file names")
        parser.add_argument(
            "--starts-on",
            type=_day,
            metavar="YYYY-MM-DD",
            help="move everything by whole days, so that the workshop starts then",
        )

        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="let the file win where organisers changed something since it was last loaded",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change, and write nothing"
        )

    def handle(
        self,
        *,
        file: Path,
        slug: str | None,
        starts_on: date | None,
        dry_run: bool,
        overwrite: bool,
        **options: object,
    ) -> None:
        try:
            loaded = load(
                file, slug=slug, starts_on=starts_on, dry_run=dry_run, overwrite=overwrite
            )
        except Unreadable as unreadable:
            lines = [_line(file, mistake) for mistake in unreadable.mistakes]
            raise CommandError("\n".join([*lines, "Nothing was written."])) from unreadable
        except Refused as refused:
            raise CommandError(f"{refused.sentence} Nothing was written.") from refused
        for difference in loaded.differences if dry_run else ():
            self.stdout.write(f"{difference}.")
        for name in loaded.removed:
            self.stdout.write(f"Removed: {name} is no longer in the file.")
        for sentence in loaded.kept:
            self.stdout.write(f"Kept: {sentence}")
        for what in loaded.overwritten:
            self.stdout.write(f"Overwritten, though an organiser had changed it: {what}.")
        workshop = loaded.workshop
        self.stdout.write(
            f"{workshop} ({workshop.slug}), {workshop.starts_on} to {workshop.ends_on}: "
            f"{loaded.created} entries created, {loaded.changed} changed."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
