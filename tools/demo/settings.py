"""The site's settings as the demo wants them: on this machine alone, and no mail going out.

A .env file for production may lie beside: what the demo must have comes before it.
"""

import os
from pathlib import Path

from tools.demo.environment import var_dir
from tools.demo.secret import demo_secret

os.environ |= {
    "VAR_DIR": str(var_dir()),
    "SECRET_KEY": demo_secret(var_dir()),
    "HTTPS": "off",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "CSRF_TRUSTED_ORIGINS": "",
    "TRUSTED_PROXIES": "0",
    "EMAIL_URL": "dummymail://",
}

from workshop.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "tools.demo"]
ROOT_URLCONF = "tools.demo.urls"
# Before the site's own: the demo's put its ribbon on top of them.
TEMPLATES = [
    TEMPLATES[0] | {"DIRS": [Path(__file__).parent / "templates", *TEMPLATES[0]["DIRS"]]},
]
MAIL_DELIVERY_BACKEND = "tools.demo.mailbox.DemoMailbox"
