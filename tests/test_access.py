"""Every URL × every method × every deed × every role: what ``tests/<slice>/access.py`` says is what happens,
and nothing is missing there."""

import html
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.template.backends.django import Template
from django.urls import URLPattern, get_resolver, resolve, reverse
from tests.access_rows import ANSWERS, PEOPLE
from tests.access_table import TABLE, TABLES

METHODS = ("get", "post", "put", "patch", "delete")


def patterns(entries=None, spaces=()):
    """(name, pattern) of all URLs that are mounted, those without a name by their path."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or f"(no name) {entry.pattern}")), entry
        else:
            yield from patterns(entry.url_patterns, (*spaces, *filter(None, [entry.namespace])))


NAMES = {name for name, _pattern in patterns()}


@pytest.fixture
def without_pages(monkeypatch):
    """Views do all they do, but templates are not drawn: what may be done is asked here, not how it looks."""
    monkeypatch.setattr(Template, "render", lambda *_arguments: "")


class Browsers:
    """A browser for everyone of the table; whatever a request did is taken back."""

    def __init__(self, clients):
        self.clients = clients

    def answer(self, person, method, url, data):
        """What a person gets, as a word of the table."""
        client = self.clients[person]
        kept = client.cookies.copy()
        with transaction.atomic():
            response = getattr(client, method)(url, data)
            transaction.set_rollback(True)
        client.cookies = kept
        if response.status_code == 302:
            return "in" if response["Location"].startswith(reverse("account_login")) else "go"
        words = (word for word, code in ANSWERS.items() if code == response.status_code)
        return next(words, str(response.status_code))

    def answers(self, method, url, data=None, people=PEOPLE):
        """What everyone gets, in the order of the table."""
        return tuple(self.answer(person, method, url, data or {}) for person in people)


def test_every_url_is_in_the_table():
    missing = sorted(NAMES - {row.name for row in TABLE})
    assert missing == [], "add a row to tests/<slice>/access.py for each"


def test_the_table_names_no_url_that_is_gone():
    assert {row.name for row in TABLE} - NAMES == set()


@pytest.mark.parametrize("part", TABLES)
def test_everybody_gets_what_the_table_says(world, without_pages, part):
    browsers, wrong = Browsers(world.clients()), []
    for row in TABLES[part]:
        with transaction.atomic():
            got = browsers.answers(row.method, reverse(row.name, kwargs=row.url(world)), row.data(world))
            transaction.set_rollback(True)
        if got != row.expected:
            wrong.append(f"{row}\n  expected {' '.join(row.expected)}\n  got      {' '.join(got)}")
    assert wrong == [], "\n".join((" ".join(PEOPLE), *wrong))


@pytest.mark.parametrize("part", TABLES)
def test_a_method_that_has_no_row_is_refused(world, without_pages, part):
    """A page that is only read takes no POST, and nothing takes PUT, PATCH or DELETE.

    Those three are asked by the three ways in which somebody can come: by account, by link, not at all.
    """
    browsers, wrong = Browsers(world.clients()), []
    listed = {(row.name, row.method) for row in TABLE}
    for name, row in {row.name: row for row in TABLES[part]}.items():
        with transaction.atomic():
            url = reverse(name, kwargs=row.url(world))
            for method in METHODS:
                if (name, method) in listed:
                    continue
                people = PEOPLE if method in ("get", "post") else ("admin", "member", "nobody")
                got = browsers.answers(method, url, people=people)
                if "405" not in got or not set(got) <= {"405", "in"}:
                    wrong.append(f"{method} {name}: {' '.join(got)}")
            transaction.set_rollback(True)
    assert wrong == [], "\n".join(("no row in tests/<slice>/access.py, and not refused with 405:", *wrong))


TAG = re.compile(r"<(/?form|button)\b((?:\{%.*?%\}|\{\{.*?\}\}|[^>])*)>", re.S)
URL_TAG = re.compile(r"""\{%\s*url\s+['"]([\w:]+)['"]""")
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.S)


def attribute(tag, name):
    """The value of an attribute of a tag, template code and all; empty when it has none."""
    found = re.search(rf'(?<![\w-]){name}="((?:\{{%.*?%\}}|\{{\{{.*?\}}\}}|[^"])*)"', tag)
    return found[1] if found else ""


def templates():
    """(name, text) of every template of ours."""
    for app in apps.get_app_configs():
        if app.name.startswith("heli."):
            root = f"{app.path}/templates"
            for path in sorted(Path(root).rglob("*.html")):
                yield str(path.relative_to(root)), COMMENT.sub("", path.read_text())


def pages_of(template):
    """The names of the URLs whose view draws the template."""
    return [
        name
        for name, pattern in patterns()
        if f'"{template}"' in inspect.getsource(inspect.unwrap(pattern.callback))
    ]


def deeds():
    """(template, URL, field, value) of every button that says what is to be done; value None: it varies."""
    texts = dict(templates())
    forms = {}
    for text in texts.values():
        for _kind, tag in TAG.findall(text):
            if found := attribute(tag, "id"):
                forms[found] = attribute(tag, "action")
    for template, text in texts.items():
        action = ""
        for kind, tag in TAG.findall(text):
            if kind == "form":
                action = attribute(tag, "action")
            field = attribute(tag, "name")
            if kind != "button" or not field:
                continue
            named = re.sub(r"\{%.*?%\}", " ", attribute(tag, "form")).split()
            addresses = [forms[one] for one in named] or [action]
            value = attribute(tag, "value")
            for address in addresses:
                found = URL_TAG.findall(address) or pages_of(template)
                assert found, f"{template}: to which address does {tag} go?"
                for name in found:
                    yield template, name, field, None if "{" in value else value


def test_every_button_that_says_what_to_do_has_a_row(world):
    posted = {}
    for row in TABLE:
        if row.method == "post":
            with transaction.atomic():
                for field, value in row.data(world).items():
                    posted.setdefault((row.name, field), set()).add(str(value))
                transaction.set_rollback(True)
    found = set(deeds())
    missing = [
        f"{template}: {name} {field}={value or '…'}"
        for template, name, field, value in sorted(found, key=str)
        if (name, field) not in posted or not (value is None or value in posted[name, field])
    ]
    assert len(found) > 15
    assert missing == [], "\n".join(("add a row to tests/<slice>/access.py for each:", *missing))


LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
READERS = ("line", "unit_officer", "leader", "member", "auditor")


@pytest.mark.slow
def test_no_page_leads_to_a_closed_door(world):
    """Every kind of link on every page that somebody may open can be followed by them."""
    clients = world.clients()
    followed, closed = set(), []
    for row in TABLE:
        if row.method != "get" or "ok" not in row.expected:
            continue
        url = reverse(row.name, kwargs=row.url(world))
        for person in READERS:
            if row.expected[PEOPLE.index(person)] != "ok":
                continue
            page = clients[person].get(url)
            if not page["Content-Type"].startswith("text/html"):
                continue
            for address in map(html.unescape, LINK.findall(page.content.decode())):
                kind = person, resolve(address.partition("?")[0]).view_name
                if kind in followed:
                    continue
                followed.add(kind)
                with transaction.atomic():
                    status = clients[person].get(address).status_code
                    transaction.set_rollback(True)
                if status not in (200, 302):
                    closed.append(f"{person}: {row.name} -> {kind[1]}: {status}")
    assert len(followed) > 100
    assert closed == [], "\n".join(closed)
