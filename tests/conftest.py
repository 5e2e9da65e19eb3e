"""What all tests share: a data folder of their own, so that none meets a real database or secret, and the
small zone of ``tests/world.py``."""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

os.environ.setdefault("HELI_DATA", tempfile.mkdtemp(prefix="heli-tests-"))
os.environ.setdefault("HELI_DEMO", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's tests run inside an event loop

hypothesis_settings.register_profile("heli", deadline=None)  # speed is shown by bench/, never by a test
hypothesis_settings.load_profile("heli")

pytest_plugins = ["tests.world"]
collect_ignore = ["example"]
"""A slice that ``test_example_slice.py`` puts into a copy of the house."""


def pytest_configure():
    """Settings of a test: plain HTTP, quick passwords, static files uncollected.

    pytest-django reads the settings before this file, so the environment above alone would come too late.
    """
    settings.DATA = Path(os.environ["HELI_DATA"])
    settings.STATIC_ROOT = settings.DATA / "static"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.AUDIT_HEADS = Path(tempfile.mkdtemp(prefix="heads-", dir=settings.DATA))
    settings.DEMO = True
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True)
def no_heads_of_other_tests():
    """Each test begins with an empty database, so no head of the audit was reached yet."""
    for file in settings.AUDIT_HEADS.iterdir():
        file.unlink()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, tmp_path_factory):
    """SQLite in a file, as in life: other processes and threads of a test see the same database."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database")


def pytest_collection_modifyitems(config, items):
    """With ``--database-only`` keep what a second database may answer otherwise."""
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if {"db", "transactional_db"} & set(item.fixturenames)]
    kept += [item for item in items if item not in kept and item.get_closest_marker("django_db")]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
