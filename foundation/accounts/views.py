"""The pages of signing in that differ from the library's: they keep codes and the way back."""

import time
from typing import Any, Protocol
from urllib.parse import urlencode

from allauth.account.internal.stagekit import stash_login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import (
    ConfirmLoginCodeView,
    LoginView,
    PasswordChangeView,
    PasswordSetView,
    RequestLoginCodeView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required, user_passes_test
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from foundation.accounts.came_from import came_from
from foundation.accounts.limits import count
from foundation.accounts.sign_in_form import write_and_forget
from foundation.core.refusals import Refused

ASK, CONFIRM = "account_request_login_code", "account_confirm_login_code"

# Who has no password signs in by a mailed code; passwords are for operators and organisers.
staff_alone = user_passes_test(
    lambda user: user.is_staff, login_url="mfa_index", redirect_field_name=None
)
set_password = staff_alone(PasswordSetView.as_view())
change_password = staff_alone(PasswordChangeView.as_view())


class Stage(Protocol):
    """A step of signing in, as the library has it; the session keeps it."""

    urlname: str
    login: Any
    state: dict[str, Any]


class SignInView(LoginView):
    """A sign-in that has begun goes on, and leads to the page that was asked for last."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Stage) -> HttpResponse:
        return redirect(self.passthrough_next_url(reverse(stage.urlname)))


class RequestCodeView(RequestLoginCodeView):
    """Asking again, for the same address or another, is always possible."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Stage) -> None:
        return None

    def form_valid(self, form: Any) -> HttpResponse:
        before = _code_stage(self.request)
        back_to = came_from(self.request)
        response: HttpResponse = super().form_valid(form)
        now = _code_stage(self.request)
        if now:
            if before and before.state["email"] == now.state["email"]:
                now.state["earlier"] = _last_code(before)
            now.login.redirect_url = back_to
            stash_login(self.request, now.login)
        return response


@method_decorator(login_not_required, name="dispatch")
class ConfirmCodeView(ConfirmLoginCodeView):
    """One of the last two codes signs in, in the browser that asked for them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        back_to = came_from(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if response.headers.get("Location") != reverse(ASK):
            return response
        messages.info(request, self._why_anew())
        query = f"?{urlencode({REDIRECT_FIELD_NAME: back_to})}" if back_to else ""
        return redirect(f"{reverse(ASK)}{query}")

    def _why_anew(self) -> str:
        if getattr(self, "_has_no_try_left", False):
            return _("That was a wrong code three times. Ask for a new one.")
        return _(
            "A code works for ten minutes, in the browser that asked for it. "
            "Type it there, or ask for a new one here."
        )

    def get_next_url(self) -> str:
        return came_from(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        earlier = self.stage.state.get("earlier")
        if self._action == "verify" and earlier and _is_good(earlier):
            kwargs["earlier"] = earlier["code"]
        return kwargs

    def form_invalid(self, form: Any) -> HttpResponse:
        is_a_try = form.has_error("code", "incorrect_code")
        if not is_a_try or self._process.record_invalid_attempt():
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        self._has_no_try_left = True
        return redirect(ASK)

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        state = self.stage.state
        try:
            count(self.request, action="sign_in_code", mailbox=state["email"])
        except Refused as refused:
            messages.error(self.request, refused.sentence)
            return redirect(self.passthrough_next_url(reverse(CONFIRM)))
        state["earlier"] = _last_code(self.stage)
        state["at"] = time.time()
        if self._process.user is None:
            write_and_forget(state["email"])
        response: HttpResponse = super()._resend_form_valid(form)
        return response


def _code_stage(request: HttpRequest) -> Stage | None:
    """The sign-in of this browser that waits for a code."""
    stage: Stage | None = LoginStageController.enter(request, LoginByCodeStage.key)
    return stage


def _last_code(stage: Stage) -> dict[str, Any]:
    return {"code": stage.state.get("code", ""), "at": stage.state["at"]}


def _is_good(sent: dict[str, Any]) -> bool:
    return bool(time.time() - sent["at"] <= settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
