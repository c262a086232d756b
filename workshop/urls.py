"""The site's addresses. A workshop's own lie below its slug; the fixed ones come first."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from workshop import views

workshop_patterns = [
    path("", include("workshop.urls_workshop")),
    path("", include("registration.urls")),
    path("agenda/", include("agenda.urls")),
    path("world-cafe/", include("worldcafe.urls")),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("<slug:workshop>/", include(workshop_patterns)),
]

if settings.DEMO:
    from workshop.demo import views as demo_views

    urlpatterns.insert(0, path("demo/mailbox/", demo_views.mailbox, name="demo_mailbox"))
