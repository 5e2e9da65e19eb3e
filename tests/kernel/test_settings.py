"""A district's settings: dated, with who and why, audited, never overwritten."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.at_once import at_once

from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event
from heli.kernel.lib.stale import row_hash
from heli.kernel.settings.commands import set_value
from heli.kernel.settings.definitions import COMPLAINTS
from heli.kernel.settings.models import Value
from heli.kernel.settings.queries import history, value_of

DAY = datetime.timedelta(days=1)


@pytest.mark.django_db
def test_a_value_holds_from_its_day_and_the_one_before_is_kept(settings):
    settings.COMPLAINTS_TEXT = "找镇里"
    day = datetime.date(2026, 12, 1)
    for number, text in enumerate(("找妇联", "找工会", "")):
        set_value(Actor(name="管理员"), COMPLAINTS, text, "党工委会议", day + number * DAY)
    days = [day + number * DAY for number in (-1, 0, 1, 2, 9)]
    assert [value_of(COMPLAINTS, each) for each in days] == ["找镇里", "找妇联", "找工会", "", ""]
    assert [(row.value, row.set_by) for row in history(COMPLAINTS)][-1] == ("找妇联", "管理员")
    assert Event.objects.filter(verb="setting.changed", facts={}).count() == 3


@pytest.mark.django_db
def test_the_page_changes_it_for_everybody_and_tells_the_second_of_two(world, client):
    admin, page = world.client(world.admin), reverse("district_setting", args=["complaints"])
    seen = admin.get(page).context["form"]["seen"].value()
    asked = {"value": "找妇联 <张阿姨>", "source": "〔2026〕3号", "seen": seen}
    assert admin.post(page, {**asked, "source": ""}).status_code == 200
    assert admin.post(page, asked).status_code == 302
    assert "找妇联 &lt;张阿姨&gt;" in client.get(reverse("complaints")).content.decode()
    assert "〔2026〕3号" in admin.get(reverse("district_settings")).content.decode()
    second = admin.post(page, {**asked, "value": "找工会"})
    assert second.status_code == 409
    assert value_of(COMPLAINTS, timezone.localdate()) == "找妇联 <张阿姨>"
    assert admin.get(reverse("district_setting", args=["strange"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told():
    today, who = timezone.localdate(), Actor(name="管理员")
    seen = row_hash({"value": value_of(COMPLAINTS, today)})
    deeds = [lambda text=text: set_value(who, COMPLAINTS, text, "会议", today, seen) for text in "甲乙"]
    assert sorted(at_once(*deeds)) == ["done", "kernel.row-changed"]
    assert Value.objects.still().count() == 1
