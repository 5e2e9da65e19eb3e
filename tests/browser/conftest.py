"""Pages in a real Chromium: a live server on a database file of its own, and the looks every page must bear.

``browse`` opens a page as one likes it (phone or desktop, language, large type, with or without JavaScript,
signed in as a client of ``world``); ``tests/browser/looking.py`` holds what a page is asked.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.browser.looking import WIDTHS, listen

CHROMIUM = os.environ.get("HELI_CHROMIUM", "/usr/bin/chromium")
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a slow one in the browser."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium; without it the tests are skipped, or fail where they must run."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("HELI_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{CHROMIUM} is missing: install Chromium or say where it is in HELI_CHROMIUM", False)
        pytest.skip(f"{CHROMIUM} is missing")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {"executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def migrated(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The migrated and still empty SQLite database as a file, to copy for each test."""
    kept = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.ensure_connection()
        with sqlite3.connect(kept) as target:
            connection.connection.backup(target)
    return kept


@pytest.fixture
def db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: object, tmp_path: Path
) -> Iterator[None]:
    """The database in a file, which server threads open for themselves: one in memory they could only share.

    On PostgreSQL the usual transactional database.
    """
    if connection.vendor != "sqlite":
        request.getfixturevalue("transactional_db")
        yield
        return
    empty = request.getfixturevalue("migrated")
    file = tmp_path / "live.sqlite3"
    shutil.copy(empty, file)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        memory, name = connection.connection, connection.settings_dict["NAME"]
        connection.connection, connection.settings_dict["NAME"] = None, str(file)
        connection.connect()
        yield
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture
def live(db: None) -> Iterator[str]:
    """The address of a server that runs during the test."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


Browse = Callable[..., Page]


@pytest.fixture
def browse(live: str, browser: Browser) -> Iterator[Browse]:
    """``browse(path, width="desktop", language="zh-hans", large=False, js=True, client=None)`` → the page."""
    contexts = []

    def opened(
        path: str,
        width: str = "desktop",
        language: str = "zh-hans",
        large: bool = False,
        js: bool = True,
        client: Client | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport=WIDTHS[width],
            base_url=live,
            java_script_enabled=js,
            has_touch=width == "phone",
            reduced_motion="reduce",
            locale="zh-CN",
        )
        contexts.append(context)
        wishes = {"language": language, "large": "1" if large else "0"}
        if client and (session := client.cookies.get(settings.SESSION_COOKIE_NAME)):
            wishes[settings.SESSION_COOKIE_NAME] = session.value
        context.add_cookies([{"name": name, "value": value, "url": live} for name, value in wishes.items()])
        page = context.new_page()
        listen(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
