"""The audit: nobody changes it, everybody who does sees it, writers do not step on each other."""

import datetime
import io
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import AppendOnly, Event, Head
from heli.kernel.audit.queries import verify
from heli.kernel.audit.seal import digest
from heli.kernel.lib import registry


@pytest.fixture
def lines(db):
    return [record(SYSTEM, "publish", f"run:{number}", "zone/", count=number) for number in range(1, 7)]


def past(**which):
    """Rows as somebody with the database in hand gets them."""
    return Event._base_manager.filter(**which)


def found():
    return [(finding.number, finding.fault.value) for finding in verify()[1]]


def test_a_whole_chain_is_whole(lines):
    assert verify() == (6, [])
    assert Event.objects.get(number=1).before == "0" * 64


def test_lines_are_not_changed_or_deleted(lines):
    line = lines[2]
    line.verb = "other"
    for deed in (
        line.save,
        line.delete,
        lambda: Event.objects.update(verb="other"),
        Event.objects.all().delete,
        lambda: Event.objects.bulk_create([Event()]),
        lambda: Event.objects.bulk_update([line], ["verb"]),
    ):
        with pytest.raises(AppendOnly):
            deed()
    assert verify() == (6, [])


def test_a_changed_line_is_found(lines):
    past(number=3).update(facts={"count": 4})
    assert found() == [(3, "changed")]


def test_a_changed_line_with_a_fitting_hash_is_found(lines):
    event = Event.objects.get(number=3)
    event.verb = "other"
    past(number=3).update(verb="other", hash=digest(event))
    assert found() == [(4, "loose")]
    last = Event.objects.get(number=6)
    last.verb = "other"
    past(number=6).update(verb="other", hash=digest(last))
    assert found() == [(4, "loose"), (6, "loose")]


def test_missing_lines_are_found(lines):
    past(number__in=(2, 3)).delete()
    assert found() == [(2, "missing"), (3, "missing")]


def test_lines_cut_off_at_the_end_are_found(lines):
    past(number__gte=5).delete()
    assert found() == [(5, "missing"), (6, "missing")]


def test_lines_that_changed_places_are_found(lines):
    past(number=3).update(number=99)
    past(number=4).update(number=3)
    past(number=99).update(number=4)
    assert found() == [(3, "moved"), (4, "moved")]


def test_a_line_from_elsewhere_is_found(lines):
    event = Event(number=7, at=timezone.now(), verb="x", subject="", scope="", before=lines[-1].hash)
    event.hash = digest(event)
    event.save()
    assert found() == [(7, "extra")]


def test_the_command_says_the_number_and_ends_with_1(lines):
    out = io.StringIO()
    call_command("audit", "verify", "--lang", "en", stdout=out)
    assert "6" in out.getvalue()
    past(number=2).delete()
    with pytest.raises(CommandError) as wrong:
        call_command("audit", "verify")
    assert wrong.value.returncode == 1
    assert "第2行不见了" in str(wrong.value)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_make_one_chain():
    def write():
        for number in range(10):
            with transaction.atomic():
                record(SYSTEM, "publish", f"run:{number}", "zone/")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify() == (80, [])
    assert Head.objects.get().number == 80


def test_what_is_rolled_back_leaves_no_gap(lines):
    with transaction.atomic():
        record(SYSTEM, "publish", "run:7", "zone/")
        transaction.set_rollback(True)
    record(SYSTEM, "publish", "run:8", "zone/")
    assert verify() == (7, [])


def test_an_auditor_reads_what_was_done_within_the_scope(world):
    record(Actor(account=world.head.pk), "phone.reveal", f"member:{world.members[0].pk}", world.village.path)
    record(SYSTEM, "publish", "run:1", "elsewhere/")
    text = world.client(world.auditor).get(reverse("audit")).content.decode()
    assert "看了电话" in text
    assert "网格长" in text
    assert '<th scope="row">公布一张表</th>' not in text
    assert str(world.members[0].pk) not in text
    assert "公布一张表</th>" in world.client(world.admin).get(reverse("audit")).content.decode()


def test_a_line_names_whom_and_where_and_masks_names_for_who_may_not_see_the_village(world):
    record(
        Actor(member=world.members[1].pk), "phone.reveal", f"member:{world.members[0].pk}", world.village.path
    )
    record(
        Actor(account=world.head.pk),
        "household.read",
        f"household:{world.households[0].pk}",
        world.village.path,
    )
    page = world.client(world.admin).get(reverse("audit"))
    house, phone = page.context["found"].rows
    assert (phone.whom, phone.who, phone.where) == ("网格员 苏晚晴", "网格员 钱望舒", "青溪村")
    assert (house.whom, house.who) == (f"农户 {world.households[0].address}", "网格长")
    masked = world.client(world.auditor).get(reverse("audit")).content.decode()
    assert "网格员 苏＊＊" in masked
    assert not {"苏晚晴", "钱望舒", world.households[0].address} & set(masked.replace("<", " <").split())


def test_each_deed_is_listed_once_and_found_whatever_its_verb(world, monkeypatch):
    words = {**registry.audit_words(), "publish": "同一句话", "run.start": "同一句话"}
    monkeypatch.setattr(registry, "audit_words", lambda: words)
    client = world.client(world.auditor)
    choices = client.get(reverse("audit")).context["found"].form.fields["verb"].choices
    for verb in ("publish", "run.start"):
        record(Actor(account=world.head.pk), verb, "x:1", world.village.path)
    (listed,) = (verb for verb, label in choices if label == "同一句话")
    assert len(client.get(reverse("audit"), {"verb": listed}).context["found"].rows) == 2


def test_it_is_searched_by_the_name_of_who_did_it(world):
    record(Actor(account=world.head.pk), "publish", "run:1", world.village.path)
    record(Actor(account=world.leader.pk), "publish", "run:1", world.village.path)
    rows = world.client(world.auditor).get(reverse("audit"), {"who": "网格长"}).context["found"].rows
    assert [row.who for row in rows] == ["网格长"]


def test_it_is_read_by_day_by_deed_and_by_page(world, django_assert_num_queries):
    actor = Actor(account=world.head.pk)
    for number in range(60):
        record(actor, "publish" if number % 2 else "run.start", "run:1", world.village.path)
    client = world.client(world.auditor)
    today = timezone.localdate()
    rows = lambda query: client.get(reverse("audit") + query).content.decode().count('data-label="编号">')  # noqa: E731
    assert rows("") == 40
    assert rows('?after=["11"]') == 10
    assert rows("?verb=publish") == 30
    assert rows(f"?day={today}") == 40
    assert rows(f"?day={today - datetime.timedelta(days=1)}") == 0
    assert rows("?day=x") == 40
    with django_assert_num_queries(7):
        rows("")
