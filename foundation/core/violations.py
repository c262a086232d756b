"""What the database refuses, turned into a refusal with a sentence: the one place."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.core.refusals import Refused

logger = logging.getLogger(__name__)


def violated_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that was violated, or "" where it has none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def refusal_of(error: IntegrityError) -> Refused | None:
    """Return the refusal of what triggers hold: no model of theirs could say the sentence."""
    match violated_constraint(error):
        case "inside_workshop":
            return Refused("other-workshop", _("This belongs to another workshop."))
        case "session_inside_workshop":
            sentence = _(
                "A session would lie outside the workshop’s dates. Change its time, or the dates."
            )
            return Refused("outside-workshop", sentence)
    return None


def log_violation(error: IntegrityError) -> None:
    """Log which constraint was violated, and nothing of the row: it may hold what is secret."""
    name = violated_constraint(error) or type(error).__name__
    logger.warning("A form met another change: %s.", name)


@contextmanager
def violations_refused(refusals: Mapping[str, Callable[[], Refused]]) -> Iterator[None]:
    """Write inside a savepoint; a violation of a named constraint becomes its refusal.

    refusals: what to refuse with, by the constraint's name. It is asked after the savepoint is
    undone, so it may read. Any other violation is a fault and goes on up.

    Raises: what `refusals` makes; other-workshop.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refuse = refusals.get(violated_constraint(error))
        refused = refuse() if refuse else refusal_of(error)
        if refused is None:
            raise
        raise refused from error
