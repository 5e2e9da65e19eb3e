"""A district begins from the command line: units, and one account that can make the others."""

import io

import pytest
from django.core.management import CommandError, call_command

from heli.kernel.accounts.models import Account
from heli.orgs.models import Kind, Unit


def begin(*words):
    said = io.StringIO()
    call_command("begin", *words, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_it_works_and_again_adds_villages(client):
    said = begin("青溪开发区", "青溪村", "石桥村", "青溪村")
    password = said.split("密码 ")[1].split("（")[0]
    assert client.login(username="admin", password=password)
    assert client.get("/zone/").status_code == 200
    assert "新建 1 个村" in begin("青溪开发区", "石桥村", "溪口村")
    assert set(Unit.objects.villages().values_list("name", flat=True)) == {"青溪村", "石桥村", "溪口村"}
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_one_district_has_one_zone():
    begin("青溪开发区")
    with pytest.raises(CommandError, match="青溪开发区"):
        begin("石桥开发区", "石桥村")
    assert Unit.objects.count() == Unit.objects.filter(kind=Kind.ZONE).count() == 1
