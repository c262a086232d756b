"""The calls that run upward: somebody is no longer admitted, or is again what they were.

`admission_lost` is sent inside the transaction that took the admission, with the participant as
just saved, by `registration.actions` and by `agenda.actions.take_role`. Its receivers, connected
in their app's `ready()`, free what was held by it, in the order in which they lock:

1. `agenda.actions.free_seats_of`: sign-ups,
2. `worldcafe.actions.release_of`: tables.

`registration_confirmed` is sent with the participant, in the transaction that gives them a seat.
Its receiver, `agenda.actions.tell_roles`, tells of the roles that they were given before.

`registration_restored` is sent with the participant and their losses, in the transaction that
undoes a cancellation. Its receivers give back what is still free, and mark it, in the same order:

1. `agenda.actions.give_seats_back`,
2. `worldcafe.session_changes.give_table_back`.
"""

from django.dispatch import Signal

admission_lost = Signal()
registration_confirmed = Signal()
registration_restored = Signal()
