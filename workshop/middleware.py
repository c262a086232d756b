"""What happens to every request: which workshop it is for, and who may come near the admin."""

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import (
    AuthenticationMiddleware,
    LoginRequiredMiddleware,
    get_user,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from foundation.accounts.models import User
from foundation.accounts.second_factor import gave_second_factor, page_to_give_one
from foundation.series.models import Workshop, WorkshopQuerySet
from foundation.series.requests import WorkshopRequest
from foundation.series.roles import Area
from workshop import kept_forms
from workshop.logs import NOBODY, request_id, user_key

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


class RequestId:
    """Every request has a name of its own, in each line of the log and in the answer.

    A proxy of ours may give it.
    """

    GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        name = given if self.GIVEN.fullmatch(given) else uuid4().hex
        request_id.set(name)
        user_key.set(NOBODY)
        response = self.get_response(request)
        response["X-Request-ID"] = name
        return response


class UserForLogs(AuthenticationMiddleware):
    """Who is signed in is found as Django finds them, and their key told to the log."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)

        def found() -> User | AnonymousUser:
            user = get_user(request)
            user_key.set(str(user.pk or NOBODY))
            return user

        request.user = cast(User, SimpleLazyObject(found))


class SignInFirst(LoginRequiredMiddleware):
    """Whoever must sign in comes back to the page where they were.

    What a form sent after the session's end is kept, and shown to them (`workshop.kept_forms`).
    Where nothing was typed they come back to the page that the form was on: its own address may
    show none.
    """

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        answer: HttpResponseBase | None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and getattr(view_func, "login_required", True):
            vars(request)["_is_signed_in"] = True
            kept = kept_forms.kept_for(request)
            if kept and request.method == "POST" and request.get_full_path() == kept.path:
                kept_forms.forget(request)
        return answer

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if "_is_signed_in" in vars(request) and request.user.is_authenticated:
            kept_forms.remember_whose(request, response)
        return response

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        login_url = resolve_url(self.get_login_url(view_func))
        before = _page_before(request)
        is_kept = kept_forms.keep(request, before)
        return redirect_to_login(reverse("kept_form") if is_kept else before, login_url)


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the browser says it comes from, else the workshop's."""
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        page = urlsplit(before)._replace(scheme="", netloc="", fragment="").geturl()
        # Without its host, an address such as //elsewhere.example would be another's.
        if page.startswith("/") and url_has_allowed_host_and_scheme(page, None):
            return page
    found = request.resolver_match
    slug = found.kwargs.get("workshop") if found else None
    return reverse("workshop:home", args=[slug]) if slug else reverse("home")


class PageForWrongMethod:
    """Who opens, as a page, an address that only takes forms is told so, with a way on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class CurrentWorkshop:
    """Every address below /<workshop>/ gets its workshop as `request.workshop`, or 404.

    One that isn't published can be looked at by its staff, and is not there for all others. An
    address with a short name that a published workshop had once leads to the one it has now.
    Times are then shown in the workshop's zone. Answers to people signed in are never cached.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(None):
            response = self.get_response(request)
        # In this order: a page for a database that is away says how it may be kept.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: WorkshopRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        slug = kwargs.pop("workshop", None)
        if slug is None:
            return None
        workshop = _shown_to(request).filter(slug=slug).first()
        if workshop is None:
            return _renamed(request, slug)
        request.workshop = workshop
        timezone.activate(workshop.zone)
        return None


def _renamed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Lead on to the same page under the workshop's short name of today.

    Raises: Http404, also for a form: it was made for another address.
    """
    renamed = Workshop.objects.published().filter(former_slugs__slug=slug).first()
    if renamed is None or request.method not in ("GET", "HEAD"):
        raise Http404
    below = request.get_full_path().removeprefix(f"/{slug}/")
    return redirect(f"{renamed.get_absolute_url()}{below}", permanent=True)


def _shown_to(request: WorkshopRequest) -> WorkshopQuerySet:
    """The published workshops; for staff who only look, also those where they hold a role."""
    published, user = Workshop.objects.published(), request.user
    if request.method not in ("GET", "HEAD") or not (user.is_active and user.is_staff):
        return published
    if not gave_second_factor(request):
        return published
    return published | Workshop.objects.staffed_by(user, "view", Area.WORKSHOP)


class StaffNeedsSecondFactor:
    """No session enters the admin that a password or a mailed code alone has opened."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if (
            request.path.startswith(reverse("admin:index"))
            and user.is_authenticated
            and user.is_staff
            and not gave_second_factor(request)
        ):
            return redirect(page_to_give_one(request))
        return self.get_response(request)
