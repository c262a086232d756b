"""What happens to every request: which workshop it is for, and who may come near the admin."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from workshop.models import Workshop


class CurrentWorkshop:
    """Every address below /<workshop>/ gets its workshop as `request.workshop`, or 404.

    Times are then shown in the workshop's zone. Answers to people signed in are never cached.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with timezone.override(None):
            response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def process_view(self, request, view, args, kwargs):
        slug = kwargs.pop("workshop", None)
        if slug is None:
            return
        request.workshop = Workshop.objects.published().filter(slug=slug).first()
        if request.workshop is None:
            raise Http404
        timezone.activate(request.workshop.zone)


class StaffNeedsSecondFactor:
    """Nobody enters the admin on a password or a mailed code alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if (
            request.path.startswith(reverse("admin:index"))
            and user.is_authenticated
            and user.is_staff
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_index")  # which says why, and what to do
        return self.get_response(request)
