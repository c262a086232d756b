"""The floor: the site's database and connection, but no middleware, and no app of the site.

So nothing that the site's apps import or insist on can keep the floor from starting.
"""

from tools.bench.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.contenttypes"]
MIDDLEWARE = []
ROOT_URLCONF = "tools.bench.floor"
