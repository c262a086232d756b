"""Django's PostgreSQL backend over the embedded server, started at the first connection.

So commands that need no database (`check`, `--help`, `collectstatic`) start nothing.
"""

import time
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from psycopg2 import OperationalError as DriverError

from tools.embedded_postgresql.server import EmbeddedServer

RETRIES = 5


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, with the server up; a server that is just coming back is asked again."""
        server = EmbeddedServer(**settings.EMBEDDED_POSTGRESQL)
        for attempt in range(RETRIES):
            try:
                return super().get_new_connection(conn_params | server.ensure())
            except (OperationalError, DriverError) as error:
                if "does not exist" in str(error) or attempt == RETRIES - 1:
                    raise
                time.sleep(0.2 * (attempt + 1))
        return None
