"""The floor: no middleware, one address."""

from tools.bench.settings import *  # noqa: F403

# Sign-in and the admin would insist on their middleware.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS  # noqa: F405
    if not app.startswith("allauth") and not app.endswith("AdminConfig")
]
MIDDLEWARE = []
ROOT_URLCONF = "tools.bench.floor"
