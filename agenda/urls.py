"""Addresses, below /<workshop>/."""

app_name = "agenda"

urlpatterns = []
