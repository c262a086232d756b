"""The site's settings as tests want them: a secret of their own, quick passwords, plain static."""

import os

from django.core.management.utils import get_random_secret_key

# With a letter in front: django-environ takes a "$" there for the name of another variable.
os.environ.setdefault("SECRET_KEY", "k" + get_random_secret_key())
os.environ["DEBUG"] = "off"
os.environ["HTTPS"] = "off"

from workshop.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "foundation.offers.tests"]  # a pool to try the waiting list on
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Races of many threads on a slow machine wait longer than people should.
DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=60s -c statement_timeout=120s"
