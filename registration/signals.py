"""The one call that runs upward: somebody is no longer admitted.

`admission_lost` is sent inside the transaction that took the admission, with the participant as
just saved, by `registration.actions` and by `agenda.actions.take_role`. Its receivers, connected
in their app's `ready()`, free what was held by it, in the order in which they lock:

1. `agenda.actions.free_seats_of`: sign-ups,
2. `worldcafe.actions.release_of`: tables.
"""

from django.dispatch import Signal

admission_lost = Signal()
