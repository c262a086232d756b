"""The demo from its first word to its last."""

import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError
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


def start(port: int) -> None:
    """Run the demo until somebody ends it; where it can't go on, end with a sentence."""
    try:
        BaseCommand().check(tags=["demo"])
        with running.stoppable():
            _run(port)
    except running.Stop:
        _say("The demo has ended. Start it again and all is as you left it.")
    except (CommandError, running.DemoError, EmbeddedServerError) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not answer: {' '.join(str(error).split())}")


def _run(port: int) -> None:
    with (
        running.only_one(f"{address(port)}/") as lock,
        running.database(lock),
        running.children() as started,
    ):
        _say("The demo starts …")
        workshop = prepare(_say)
        where = ("--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(settings.VAR_DIR))
        started.start("web server", *WEB, *where, "workshop.wsgi")
        words = welcome(workshop)
        running.wait_for_answer(port, started)
        started.start("worker", *WORKER)
        _say(words)
        started.watch()


def _say(text: str) -> None:
    print(text, flush=True)
