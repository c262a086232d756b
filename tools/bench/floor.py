"""The least that a Django page can cost: a bare view with one SELECT."""

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.urls import path


def floor(request: HttpRequest) -> HttpResponse:
    """Answer with one value out of the database."""
    names = ContentType.objects.values_list("model", flat=True)
    return HttpResponse(names.get(app_label="contenttypes"))


urlpatterns = [path("floor", floor)]
