"""What the log shows: no secret address, no phone, no row; a refusal is one line."""

import errno
import io
import logging
import secrets

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse

from heli.kernel.lib.logs import MaskedFormatter, without_secrets

PHONE, ID, NAME = "13900001234", "33010619800101123X", "苏晚晴"


@pytest.fixture
def log():
    """What is written while the test runs, as in life."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(MaskedFormatter(settings.LOGGING["formatters"]["masked"]["format"]))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_it_is_the_formatter_of_every_handler():
    handlers = settings.LOGGING["handlers"].values()
    assert {handler["formatter"] for handler in handlers} == {"masked"}
    assert settings.LOGGING["formatters"]["masked"]["()"].endswith("MaskedFormatter")


@pytest.mark.parametrize("_try", range(20))
def test_exception_texts_show_neither_links_nor_phones_nor_rows(log, _try):
    token = secrets.token_urlsafe(32)
    text = f"({token!r}, {PHONE}, {ID})\nDETAIL:  Key (name)=({NAME}) already exists."
    try:
        raise IntegrityError(text)
    except IntegrityError:
        logging.getLogger("heli").exception("GET /l/%s/ %s", token, PHONE)
    said = log.getvalue()
    assert "IntegrityError" in said
    assert "test_logs.py" in said
    for secret in (token, PHONE, ID, NAME):
        assert secret not in said


def test_a_refusal_is_one_line_and_a_failure_says_where(log, world, monkeypatch):
    url = reverse("household_new", kwargs={"key": world.village.pk})
    assert world.client(world.line).get(url).status_code == 403
    assert Client(HTTP_HOST="evil.example").get("/complaints/").status_code == 400
    assert len(log.getvalue().splitlines()) == 2
    monkeypatch.setattr("heli.grids.views.households_of", lambda *_args, **_words: int(PHONE + "x"))
    client = world.client(world.admin)
    client.raise_request_exception = False
    url = reverse("households", kwargs={"key": world.village.pk})
    assert client.get(url).status_code == 500
    assert "ValueError: invalid literal" in log.getvalue()
    assert PHONE not in log.getvalue()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OperationalError("database or disk is full"), "The disk is full"),
        (OperationalError("connection refused"), "The database cannot be reached"),
    ],
)
def test_what_is_wrong_with_the_machine_is_one_line(log, error, words):
    try:
        raise error
    except (OSError, OperationalError):
        logging.getLogger("django.request").exception("Internal Server Error: /account/login/")
    (line,) = log.getvalue().splitlines()
    assert "/account/login/" in line
    assert words in line


def test_what_helps_to_find_a_fault_stays():
    text = 'File "src/heli/plans/queries/a_rather_long_module_name_that_says_what_it_does.py", line 12'
    assert without_secrets(text) == text
