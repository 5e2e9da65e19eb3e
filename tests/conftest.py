"""What all tests share: a data folder of their own, so that none meets a real database or secret, and the
small zone of ``tests/world.py``."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

os.environ.setdefault("HELI_DATA", tempfile.mkdtemp(prefix="heli-tests-"))
os.environ.setdefault("HELI_DEMO", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's tests run inside an event loop

pytest_plugins = ["tests.world"]


def pytest_configure():
    """Settings of a test: plain HTTP, quick passwords, static files uncollected.

    pytest-django reads the settings before this file, so the environment above alone would come too late.
    """
    settings.DATA = Path(os.environ["HELI_DATA"])
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
