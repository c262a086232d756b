"""`python -m tools.embedded_postgresql stop`: end this folder's server, if it runs.

`remove` also removes its files, with all that is in the database.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

from django.conf import settings

from tools.embedded_postgresql.server import EmbeddedServer

if sys.argv[1:] not in (["stop"], ["remove"]):
    sys.exit("Usage: python -m tools.embedded_postgresql stop | remove")
server = EmbeddedServer(**settings.EMBEDDED_POSTGRESQL)
if server.folder.exists():
    server.remove() if sys.argv[1] == "remove" else server.stop()
