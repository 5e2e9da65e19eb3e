"""A kept file is for whoever may have files of its kind from the unit that owns it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from tests.plans.publishing import in_force

from heli.kernel.access.queries import actor_of
from heli.kernel.files.access import file_for
from heli.kernel.files.commands import keep
from heli.kernel.files.models import File
from heli.kernel.lib.keys import new_key

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def kept(kind, unit):
    return keep(kind, unit.path, "名册.csv", "text/csv", b"a,b", timezone.localdate())


def test_what_is_kept_is_said(world):
    today = timezone.localdate()
    book, drawing = (File.objects.get(pk=kept(kind, world.village).pk) for kind in ("upload", "drawing"))
    assert (book.scope, book.size, book.keep_until) == (world.village.path, 3, today + 30 * DAY)
    assert (drawing.kind, drawing.keep_until) == ("drawing", None)


def test_a_kind_that_nobody_stated_is_not_kept(world):
    with pytest.raises(KeyError):
        kept("letter", world.village)


def test_fetch_is_authorise(world):
    book = kept("upload", world.village)
    assert bytes(file_for(actor_of(world.unit_officer), book.pk).data) == b"a,b"
    with pytest.raises(PermissionDenied):
        file_for(actor_of(world.line), book.pk)
    for person in (world.stranger, world.auditor):
        with pytest.raises(Http404):
            file_for(actor_of(person), book.pk)
    with pytest.raises(Http404):
        file_for(actor_of(world.admin), new_key())


def test_a_file_whose_kind_is_not_known_is_nobodys(world):
    book = kept("upload", world.village)
    File.objects.update(kind="")
    with pytest.raises(Http404):
        file_for(actor_of(world.admin), book.pk)


def test_the_page_of_a_published_table_asks_the_file_too(world):
    in_force(world)
    key = {"key": world.village.pk, "kind": "division", "number": 1, "what": "book"}
    page = reverse("publication_file", kwargs=key)
    client = world.client(world.unit_officer)
    assert client.get(page).status_code == 200
    file = File.objects.get()
    assert (file.kind, file.scope, file.size) == ("drawing", world.village.path, len(file.data))
    File.objects.update(scope=world.other.unit.path)
    assert client.get(page).status_code == 404
