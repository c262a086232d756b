"""The site's own settings; only its static files lie elsewhere, and are not compressed."""

import os
from pathlib import Path

from workshop.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}
# A refusal is an answer like others here, and not worth a line for each.
LOGGING = LOGGING | {"loggers": {"django.request": {"level": "ERROR"}}}  # noqa: F405
