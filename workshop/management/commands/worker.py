"""`manage.py worker`: what no request does. Any number may run, on any number of machines."""

import signal

from django.core.management.base import BaseCommand, CommandParser

from workshop.worker import work


class Command(BaseCommand):
    help = "Deliver the mail and erase what is past its keeping, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do every duty once, then end")

    def handle(self, *, once: bool, **options: object) -> None:
        told: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: told.append(number))
        if not once:
            self.stdout.write("The worker runs.")
            self.stdout.flush()
        work(lambda: bool(told), once=once)
