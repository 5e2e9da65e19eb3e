"""A full disk, a database that is away: a page that says so; nothing that was acknowledged is lost."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.world import PASSWORD

from heli.grids.models import HouseholdRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(world):
    """Fills the database to the last page; calling it again makes room."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite says how many pages it may have")

    def pages(most):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {most}")

    def fill():
        with connection.cursor() as cursor:
            pages(cursor.execute("PRAGMA page_count").fetchone()[0])
        for size in (3000, 300, 30):
            for number in range(10_000):
                try:
                    with transaction.atomic():
                        Session.objects.create(
                            session_key=f"{size}-{number}",
                            session_data="x" * size,
                            expire_date=timezone.now(),
                        )
                except OperationalError:
                    break

    yield fill
    pages(2**30)


def room():
    """The disk has room again."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def sign_in(client, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": "unit", "password": password})


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "磁盘满了"), ("en", "the disk is full")])
def test_what_cannot_be_saved_is_said_and_what_was_is_there(world, full, language, words):
    client = world.client(world.unit_officer)
    client.raise_request_exception = False
    client.cookies["language"] = language
    url = reverse("household_new", kwargs={"key": world.village.pk})
    saved = {row.address for row in HouseholdRow.objects.all()}
    full()
    status = 0
    for number in range(3000):
        answer = client.post(url, {"address": f"新弄{number}号", "remark": "长" * 200})
        status = answer.status_code
        if status != 302:
            break
        saved.add(f"新弄{number}号")
    assert status == 507
    assert words in answer.content.decode()
    assert client.get(url).status_code == 200
    room()
    assert {row.address for row in HouseholdRow.objects.all()} == saved
    assert client.post(url, {"address": "新弄9999号"}).status_code == 302


def test_right_sign_ins_on_a_full_disk_do_not_lock(world, full):
    cache.clear()
    client = Client(raise_request_exception=False)
    client.get("/account/login/")
    full()
    answers = [sign_in(Client(raise_request_exception=False)).status_code for _ in range(12)]
    assert 507 in answers
    assert set(answers) <= {302, 507}
    room()
    assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("database is locked", 503),
        ("connection failed: Connection refused", 503),
        ("could not extend file: No space left on device", 507),
    ],
)
def test_a_database_that_is_away_is_said(world, monkeypatch, said, status):
    def fail(*_args):
        raise OperationalError(said)

    monkeypatch.setattr("heli.kernel.web.middleware.actor_of", fail)
    client = world.client(world.admin)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()


def test_a_fault_of_the_program_stays_one(world, monkeypatch):
    monkeypatch.setattr("heli.kernel.web.middleware.actor_of", lambda _user: 1 / 0)
    client = world.client(world.admin)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
