"""The least that a Django page can cost: a bare view with one SELECT."""

from django.http import HttpResponse
from django.urls import path

from foundation.series.models import Workshop


def floor(request):
    return HttpResponse(Workshop.objects.values_list("title", flat=True).get())


urlpatterns = [path("floor", floor)]
