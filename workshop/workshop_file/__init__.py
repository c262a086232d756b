"""A workshop kept as a file: read, checked as a whole, and written in one transaction.

`load` is all that others need; docs/workshop-file.md describes the format.
"""

from workshop.workshop_file.loaded import Loaded
from workshop.workshop_file.places import Mistake, Unreadable
from workshop.workshop_file.schema import read_date
from workshop.workshop_file.write import load

__all__ = ["Loaded", "Mistake", "Unreadable", "load", "read_date"]
