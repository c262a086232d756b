"""Other processes that work on the test's own database."""

import os
import subprocess
import sys
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def manage(*arguments, **environment) -> subprocess.Popen:
    """A `manage.py` of the site's real settings on this test's database; errors are piped."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url(), **site(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def site() -> dict:
    return {
        "DJANGO_SETTINGS_MODULE": "workshop.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "HTTPS": "on",
    }


def database_url() -> str:
    """Where this test's database is, as DATABASE_URL says it."""
    connection.ensure_connection()
    info = connection.connection.info
    user, password = quote(info.user, safe=""), quote(info.password, safe="")
    if info.host.startswith("/"):  # a Unix socket's folder goes into the path
        return f"postgres://{user}:{password}@:{info.port}/{quote(info.host)}/{info.dbname}"
    return f"postgres://{user}:{password}@{info.host}:{info.port}/{info.dbname}"
