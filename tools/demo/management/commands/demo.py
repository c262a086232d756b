"""`manage.py demo`: the whole site on this machine alone, with made-up people."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from tools.demo import running
from tools.demo.environment import address
from tools.demo.prepare import prepare
from tools.demo.welcome import welcome
from tools.embedded_postgresql.server import EmbeddedServerError

WEB = (
    "gunicorn", "--config", "deploy/gunicorn.conf.py", "--workers", "2", "--preload",
    "--graceful-timeout", "3", "--log-level", "warning",
)  # fmt: skip
WORKER = ("manage.py", "worker", "--skip-checks")


class Command(BaseCommand):
    help = "Show the whole site on this machine, with made-up people; Ctrl-C ends it."
    requires_system_checks = ["workshop"]

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        if not settings.DEMO:
            raise CommandError("Start the demo by itself: manage.py demo --port 8000")
        try:
            with running.stoppable():
                self._run(port)
        except running.Stop:
            self._say("The demo has ended. Start it again and all is as you left it.")
        except (running.DemoError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database does not answer: {reason}") from None

    def _run(self, port: int) -> None:
        with (
            running.only_one(f"{address(port)}/") as lock,
            running.database(lock),
            running.children() as started,
        ):
            self._say("The demo starts …")
            workshop = prepare(self._say)
            where = ("--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(settings.VAR_DIR))
            started.start("web server", *WEB, *where, "workshop.wsgi")
            words = welcome(workshop)
            running.wait_for_answer(port, started)
            started.start("worker", *WORKER)
            self._say(words)
            started.watch()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
