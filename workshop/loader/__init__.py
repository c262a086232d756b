"""A workshop kept as a file: read, checked as a whole, and written in one transaction.

`load` is all that others need; docs/workshop-file.md describes the format.
"""

from workshop.loader.places import Mistake, Unreadable
from workshop.loader.schema import read_date
from workshop.loader.write import Loaded, load

__all__ = ["Loaded", "Mistake", "Unreadable", "load", "read_date"]
