"""Drop points and lanes that the book writes otherwise: asked whether they are the same."""

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.plans import test_uploads as uploads
from tests.plans.publishing import in_force
from tests.plans.test_uploads import POINTS, file_of, finish, page, rows_of

from heli.duties.models import PostRow, Turn
from heli.duties.rules import point_spelling
from heli.grids.models import HouseholdRow, Link
from heli.kernel.audit.models import Event
from heli.kernel.imports.models import Upload
from heli.kernel.lib.spelling import spelling

pytestmark = pytest.mark.django_db
officer, hand_in, take = uploads.officer, uploads.hand_in, uploads.take


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一号点", "1号点"),
        ("１号点", "1号投放点"),
        ("第一 号点", "1号垃圾分类投放点"),
        ("东门点", "东门投放点"),
        ("十二号", "12号点位"),
    ],
)
def test_ways_to_write_a_drop_point_have_one_form(one, other):
    assert point_spelling(one) == point_spelling(other)
    assert point_spelling("1号点") != point_spelling("11号点")


@pytest.mark.parametrize("other", ["新村一区", "新村 1 区", "新村１区", "新村第一区"])
def test_ways_to_write_a_lane_have_one_form(other):
    assert spelling(other) == spelling("新村1区") != spelling("新村11区")


@pytest.fixture
def renamed(world):
    """What is kept, and a book that writes drop points and one lane otherwise and has new heads there."""
    for number, post in enumerate(world.home.posts, start=1):
        post.name = f"{number}号点"
        post.save()
    for house in world.households[:3]:
        house.lane, house.address = "新村1区", f"新村1区{house.number}号"
        house.save()
    sheets = rows_of(world.home)
    for at in (1, 2, 3):
        address, _head, *rest = sheets["农户"][at]
        sheets["农户"][at] = (address.replace("新村1区", "新村 一区"), f"贺新{'甲乙丙'[at - 1]}", *rest)
    sheets["投放点"] = [
        POINTS,
        ("一号点", "前街口", "5:30-7:30", "17:30", 2),
        ("２号投放点", "后河口", "5:30-7:30", "17:30", 2),
    ]
    return file_of(sheets)


def answer(client, upload, *said):
    fields = {f"same.{at}": value for at, value in enumerate(said)}
    return client.post(reverse("upload_same", args=[upload.pk]), {"version": upload.version, **fields})


def counts(upload):
    upload.refresh_from_db()
    return {
        code: [upload.facts["changes"][code][kind] for kind in ("new", "changed", "gone")]
        for code in ("households", "posts")
    }


def test_it_works(world, officer, hand_in, take, renamed):
    in_force(world, timezone.localdate())
    turns, links = (
        set(Turn.objects.values_list("pk", "drop_point")),
        set(Link.objects.values_list("household")),
    )
    upload = hand_in(renamed)
    text = page(officer, upload)
    assert "表里的“一号点”是不是原来的“1号点”？" in text
    assert "表里的“新村一区”（3 户）是不是原来的“新村1区”？" in text
    assert counts(upload) == {"households": [0, 3, 0], "posts": [0, 2, 0]}
    assert "请先回答" in take(upload).content.decode()
    assert reverse("upload_import", args=[upload.pk]) not in text
    assert answer(officer, upload, "yes", "yes", "yes").status_code == 302
    upload.refresh_from_db()
    assert take(upload).status_code == 302
    posts = dict(PostRow.objects.filter(village=world.village, gone_on=None).values_list("pk", "name"))
    assert posts == {world.home.posts[0].pk: "一号点", world.home.posts[1].pk: "2号投放点"}
    assert set(Turn.objects.values_list("pk", "drop_point")) == turns
    assert set(Link.objects.values_list("household")) == links
    house = HouseholdRow.objects.get(pk=world.households[0].pk)
    assert (house.lane, house.gone_on) == ("新村一区", None)
    assert Event.objects.get(verb="upload.answer").facts["same"] == 3
    officer.post(reverse("upload_undo", args=[upload.pk]))
    house.refresh_from_db()
    assert house.lane == "新村1区"


def test_two_of_one_form_that_are_not_the_same(world, officer, hand_in, take, renamed):
    upload = hand_in(renamed)
    answer(officer, upload, "no", "no", "yes")
    assert counts(upload) == {"households": [3, 0, 3], "posts": [1, 1, 1]}
    assert page(officer, upload).count("checked") >= 3
    answer(officer, upload, "yes")
    assert counts(upload) == {"households": [0, 3, 0], "posts": [1, 1, 1]}


def test_what_was_answered_is_kept_when_the_book_is_read_again(world, officer, hand_in, take, renamed):
    upload = hand_in(renamed)
    answer(officer, upload, "yes", "no", "yes")
    officer.post(reverse("upload_again", args=[upload.pk]))
    finish(upload)
    assert counts(upload) == {"households": [0, 3, 0], "posts": [1, 1, 1]}
    assert "请先回答" not in page(officer, upload)


def test_an_old_page_and_an_empty_answer_are_refused(world, officer, hand_in, renamed):
    upload = hand_in(renamed)
    assert answer(officer, upload).status_code == 409
    assert answer(officer, upload, "perhaps").status_code == 409
    answer(officer, upload, "yes")
    assert answer(officer, upload, "no").status_code == 409
    assert Upload.objects.get().same[0][3] is True


def test_a_name_that_both_still_have_is_not_asked(world, officer, hand_in):
    sheets = rows_of(world.home)
    names = [post.name for post in world.home.posts]
    rows = [(name, "前街口", "5:30-7:30", "17:30", 2) for name in (*names, f"第{names[0]}")]
    upload = hand_in(file_of({**sheets, "投放点": [POINTS, *rows]}))
    assert upload.facts["renamed"] == []
    assert counts(upload)["posts"][0] == 1
