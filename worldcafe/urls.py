"""Addresses, below /<workshop>/."""

app_name = "worldcafe"

urlpatterns = []
