"""`python -m tools.embedded_postgresql stop`: end this folder's server, if it runs."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

from django.conf import settings

from tools.embedded_postgresql.server import EmbeddedServer

if sys.argv[1:] != ["stop"]:
    sys.exit("Usage: python -m tools.embedded_postgresql stop")
server = EmbeddedServer(**settings.EMBEDDED_POSTGRESQL)
if server.folder.exists():
    server.stop()
