"""The request as views below /<workshop>/ get it. For typing only: nobody makes one."""

from django.http import HttpRequest

from foundation.series.models import Workshop
from foundation.series.roles import Staff


class WorkshopRequest(HttpRequest):
    """A request whose workshop the middleware has found.

    user: whoever is signed in, or nobody; the user model stands on a higher floor.
    """

    workshop: Workshop
    user: Staff
