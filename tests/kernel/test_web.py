"""Pages that belong to no slice."""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from heli.kernel.web import views
from heli.kernel.web.middleware import HeadersMiddleware

ROOT = Path(__file__).resolve().parents[2]
VENDORED = [ROOT / "src/heli/kernel/web/static/vendor", ROOT / "tests/browser/vendor"]

pytestmark = pytest.mark.django_db


def test_complaints_are_told_whom_to_ask(client, settings):
    page = client.get("/complaints/")
    assert page.status_code == 200
    assert "12345" in page.content.decode()
    settings.COMPLAINTS_TEXT = "找妇联 <张阿姨>"
    assert "找妇联 &lt;张阿姨&gt;" in client.get("/complaints/").content.decode()


def test_language_stays_chosen_and_the_same_page_comes_back(client):
    answer = client.post("/language/", {"language": "en", "next": "/complaints/?a=1"})
    assert answer["Location"] == "/complaints/?a=1"
    cookie = answer.cookies["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    assert '<html lang="en"' in client.get("/complaints/").content.decode()
    client.post("/language/", {"language": "tlh"})
    assert '<html lang="zh-Hans"' in client.get("/complaints/").content.decode()


def test_large_type_stays_chosen(client):
    client.post("/large/", {"large": "1", "next": "/complaints/"})
    assert 'class="large"' in client.get("/complaints/").content.decode()
    client.post("/large/", {"large": "0"})
    assert 'class="large"' not in client.get("/complaints/").content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "///x.y",
        "/\n/x.y",
    ],
)
def test_nobody_is_sent_to_another_site(client, target):
    assert client.post("/large/", {"large": "1", "next": target})["Location"] == "/"


def test_choices_need_a_post(client):
    assert client.get("/language/").status_code == 405
    assert client.get("/large/").status_code == 405


def test_an_unknown_page_says_so_plainly(client):
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert "没有这一页" in page.content.decode()


def test_a_form_from_elsewhere_is_refused_plainly():
    page = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert page.status_code == 403
    assert "页面放得太久" in page.content.decode()


@pytest.mark.parametrize(
    ("view", "status"), [(views.bad_request, 400), (views.forbidden, 403), (views.failed, 500)]
)
def test_problems_stand_on_a_page_of_their_own(view, status):
    page = view(RequestFactory().get("/"))
    assert page.status_code == status
    assert "<h1>" in page.content.decode()


def test_a_failure_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        views.failed(RequestFactory().get("/"))


def test_pages_allow_no_foreign_script_and_leak_no_address(client):
    page = client.get("/complaints/")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "strict-origin"


POLICY = (
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Cross-Origin-Opener-Policy",
)


def refused_by(middleware, monkeypatch):
    """The answer when a middleware fails on its way in."""

    def fail(*_args):
        raise error

    kind, error = import_string(middleware), BadRequest("x")
    monkeypatch.setattr(kind, "process_request" if hasattr(kind, "process_request") else "__call__", fail)
    return Client().get("/complaints/")


@pytest.mark.parametrize("middleware", [name for name in settings.MIDDLEWARE[3:] if "allauth" not in name])
def test_the_refusal_of_any_middleware_carries_the_policy(middleware, monkeypatch):
    answer = refused_by(middleware, monkeypatch)
    assert answer.status_code == 400
    assert [name for name in POLICY if name not in answer] == []
    assert answer["Cache-Control"] == "no-store"


def test_an_unknown_host_or_district_is_refused_with_the_policy(settings):
    for several, host, status in ((False, "evil.example", 400), (True, "north.localhost", 404)):
        if several:
            settings.DISTRICTS = {"east": "default", "west": "default"}
            settings.ALLOWED_HOSTS = [".localhost"]
        answer = Client(HTTP_HOST=host).get("/complaints/")
        assert answer.status_code == status
        assert [name for name in POLICY if name not in answer] == []
        assert "<h1>" in answer.content.decode()


def test_no_answer_is_kept_by_a_browser_but_static_files(world):
    for client in world.clients().values():
        for url in ("/", "/me/", "/zone/", "/account/login/", f"/village/{world.village.pk}/", "/none/"):
            answer = client.get(url)
            assert answer["Cache-Control"] == "no-store", url
    static = HeadersMiddleware(lambda _request: HttpResponse())(RequestFactory().get("/static/web/heli.css"))
    assert "Cache-Control" not in static


@pytest.mark.parametrize("place", VENDORED, ids=lambda path: path.parent.name)
def test_files_of_others_are_what_was_fetched(place):
    named = set()
    for entry in json.loads((place / "MANIFEST.json").read_text("utf-8")):
        assert entry["version"]
        assert entry["licence_text"]
        for name, digest in entry["sha256"].items():
            assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
            named.add(name)
    found = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    assert found == named | {"MANIFEST.json"}
