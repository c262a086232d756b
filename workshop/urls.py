"""The site's addresses. A workshop's own lie below its slug; the fixed ones come first."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from foundation.series.views import home
from workshop import health, views
from workshop.me import views as me

gathered = [
    path("", views.workshop, name="home"),
    path("me/", me.me, name="me"),
    path("me/data.json", me.data, name="my_data"),
]

workshop_patterns = [
    path("", include((gathered, "workshop"))),
    path("", include("registration.urls")),
    path("agenda/", include("agenda.urls")),
    path("world-cafe/", include("worldcafe.urls")),
]

# What nobody needs of allauth leads to what they do: who has forgotten a password has a code sent,
# a code proves the address, and the organisers change one.
to_sign_in = login_not_required(RedirectView.as_view(pattern_name="account_login"))
not_used = [
    path("email/", RedirectView.as_view(pattern_name="mfa_index")),
    re_path("^(?:confirm-email|password/reset)/", to_sign_in),
]

handler500 = "workshop.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/kept/", views.kept_form, name="kept_form"),
    path("accounts/", include(not_used)),
    path("accounts/", include("foundation.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("<slug:workshop>/", include(workshop_patterns)),
]
