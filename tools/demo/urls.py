"""The site's addresses, and the demo's mailbox."""

from django.urls import path

from tools.demo.views import demo_mailbox
from workshop.urls import handler500
from workshop.urls import urlpatterns as of_the_site

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [path("demo/mailbox/", demo_mailbox, name="demo_mailbox"), *of_the_site]
