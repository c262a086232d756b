"""The site as the demo shows it."""

import os
from unittest.mock import patch

import pytest


@pytest.fixture
def demo(settings, tmp_path):
    """Have the demo's pages, with a mailbox of this test's own."""
    with patch.dict(os.environ):
        from tools.demo import settings as of_the_demo
    settings.ROOT_URLCONF = of_the_demo.ROOT_URLCONF
    settings.TEMPLATES = of_the_demo.TEMPLATES
    settings.MAIL_DELIVERY_BACKEND = of_the_demo.MAIL_DELIVERY_BACKEND
    settings.VAR_DIR = tmp_path
    return settings
