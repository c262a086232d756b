"""The call that runs upward: a session has changed for those who hold something there.

`session_changed` is sent with the session as just saved and `moved`, whether it has another time
now, inside the transaction that changed it, by `agenda.session_changes`. Its receiver,
connected in its app's `ready()`:

1. `worldcafe.session_changes.when_session_changed`: tables of a café that is cancelled, moved,
   takes place after all, or no longer admits their host.
"""

from django.dispatch import Signal

session_changed = Signal()
