"""Lists: every row on one page and one only, whatever comes or goes between; what was asked is kept."""

import io
from urllib.parse import parse_qs

import openpyxl
import pytest
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.kernel.audit.models import Event
from heli.kernel.lib.lists import Column, List, choice, find, narrowed
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db

NAMES = st.text("甲乙aB 0", min_size=1, max_size=3)


def units(*order):
    shown = {"large": ("大", Q(residents__gte=2)), "small": ("小", Q(residents__lt=2))}
    return List(
        name="units",
        label="单位",
        order=order,
        columns=(Column("名称", lambda row: row.name),),
        empty="",
        search=("name",),
        filters={"size": choice("多大", shown)},
    )


def walk(list_, size, way, start="", between=lambda: None):
    """The keys of the rows on one page after the other, and the query of the last."""
    query, seen = start, []
    while True:
        found = find(QueryDict(query), list_, Unit.objects.all(), size=size)
        keys = [row.pk for row in found.rows]
        seen = seen + keys if way == "after" else keys + seen
        if not getattr(found, way):
            return seen, query
        query = getattr(found, way)
        between()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(NAMES, st.integers(0, 3)), min_size=1, max_size=12),
    come=st.lists(st.tuples(NAMES, st.integers(0, 3)), max_size=6),
    go=st.lists(st.integers(0, 11), max_size=4),
    size=st.integers(1, 5),
    order=st.sampled_from([("name", "id"), ("-revision", "name", "-id"), ("-name", "-id"), ("-id",)]),
)
def test_no_row_is_shown_twice_and_none_is_lost(db, rows, come, go, size, order):
    Unit.objects.all().delete()
    kept = [Unit.objects.create(kind=Kind.FIRM, name=name, revision=number).pk for name, number in rows]
    coming, going = list(come), [kept[at] for at in dict.fromkeys(go) if at < len(kept)]
    stayed = set(kept)

    def meanwhile():
        if coming:
            name, revision = coming.pop()
            Unit.objects.create(kind=Kind.FIRM, name=name, revision=revision)
        if going:
            stayed.discard(going[-1])
            Unit.objects.filter(pk=going.pop()).delete()

    seen, last = walk(units(*order), size, "after", between=meanwhile)
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)
    back, _query = walk(units(*order), size, "before", start=last)
    assert back == list(Unit.objects.order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "key",
    ["99x", "[]", "{}", '["甲"]', '["甲","not-a-key"]', '["\\u0000","0199e0f4-5a3c-7d1e-8f00-3b2a1c0d9e8f"]',
     '["\\ud800","0199e0f4-5a3c-7d1e-8f00-3b2a1c0d9e8f"]', "[" * 5000],
)  # fmt: skip
def test_a_page_that_no_list_has_named_is_refused(key):
    asked = QueryDict(mutable=True)
    asked["after"] = key
    with pytest.raises(BadRequest):
        find(asked, units("name", "id"), Unit.objects.all())


def test_what_was_asked_stands_in_every_link():
    for number in range(5):
        Unit.objects.create(kind=Kind.FIRM, name=f"云溪{number}", residents=number)
    asked = QueryDict("q=%E4%BA%91&size=large&after=&strange=1")
    found = find(asked, units("name", "id"), Unit.objects.all(), size=2)
    assert ([row.residents for row in found.rows], found.total) == ([2, 3], 3)
    assert parse_qs(found.narrowed) == {"q": ["云"], "size": ["large"]}
    following = find(QueryDict(found.after), units("name", "id"), Unit.objects.all(), size=2)
    assert [row.residents for row in following.rows] == [4]
    assert narrowed(asked, units("name", "id"), Unit.objects.all()).count() == 3


def book(client, address, **asked):
    """The rows of the Excel book of a list."""
    answer = client.get(address, {"as": "xlsx", **asked})
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


def test_the_excel_book_holds_what_was_asked_and_leaves_a_line(world):
    client = world.client(world.head)
    address = reverse("households", kwargs={"key": world.village.pk})
    header, *rows = book(client, address, show="let")
    assert header == ("门牌号", "户主", "组", "出租", "网格员")
    assert [row[0] for row in rows] == [str(row) for row in world.households if row.let]
    line = Event.objects.get(verb="list.exported")
    assert (line.scope, line.facts) == (world.village.path, {"rows": 4})


def test_the_excel_book_of_members_holds_no_phone_and_no_button(world):
    header, *rows = book(world.client(world.head), reverse("members", kwargs={"key": world.village.pk}))
    assert header == ("姓名", "队伍", "住址")
    assert [row[0] for row in rows] == [member.name for member in world.members]


def test_a_long_list_goes_on_on_a_second_page(world):
    Unit.objects.bulk_create(
        Unit(kind=Kind.FIRM, name=f"印染{n:03}", parent=world.zone, path=f"{world.zone.path}{n}/")
        for n in range(60)
    )
    client, address = world.client(world.line), reverse("firms")
    first = client.get(address).context["found"]
    second = client.get(f"{address}?{first.after}").context["found"]
    names = [row.name for row in [*first.rows, *second.rows]]
    assert names == list(
        Unit.objects.filter(kind=Kind.FIRM).order_by("name", "id").values_list("name", flat=True)
    )
    assert (first.total, second.after) == (61, "")
