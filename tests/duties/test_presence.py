"""Who stood: by day, from the pen sheet, and as Excel."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests.duties.swaps import DAY, every_day, monday, seat_of, soon

from heli.duties.models import Presence, Swap, SwapState, Turn
from heli.kernel.audit.models import Event
from heli.people.models import Absence

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(world):
    return every_day(world)


@pytest.fixture
def leader(world):
    return world.client(world.leader)


def page(world, date=None, name="presence"):
    address = reverse(name, args=[world.village.pk])
    return f"{address}?date={date.isoformat()}" if date else address


def text(response):
    return response.content.decode()


def said(seat, choice, was="", who="", name=""):
    return {f"was-{seat.pk}": was, f"said-{seat.pk}": choice, f"who-{seat.pk}": who, f"name-{seat.pk}": name}


def kept(seat):
    row = Presence.objects.filter(turn=seat).first()
    return row and (row.stood, row.member and row.member.name, row.stand_in)


def test_it_works(world, seats, leader):
    date = soon(-1)
    early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
    assert "还有2个班没记" in text(leader.get(page(world, date)))
    leader.post(page(world, date), {**said(early, "came"), **said(late, "nobody")})
    assert (kept(early), kept(late)) == ((True, "苏晚晴", ""), (False, None, ""))
    assert Presence.objects.first().ticked_by == "组长"
    found = text(leader.get(page(world, date)))
    assert "谁来值班了" in found
    assert found.count("组长记的") == 2
    event = Event.objects.get()
    assert (event.verb, event.facts["changed"]) == ("presence.tick", 2)


def test_somebody_else_or_family_came(world, seats, leader):
    date = soon(-1)
    early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
    forms = {
        **said(early, "other", who=str(world.members[3].pk)),
        **said(late, "other", name="钱小满"),
    }
    leader.post(page(world, date), forms)
    assert (kept(early), kept(late)) == ((True, "程知秋", ""), (True, None, "钱小满"))
    refused = leader.post(page(world, date), said(early, "other", was=f"member:{world.members[3].pk}"))
    assert (refused.status_code, "请选是谁来了" in text(refused)) == (409, True)


def test_swaps_count_and_all_the_rest_at_once(world, seats, leader):
    date = soon(-1)
    early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
    swap = {"turn": early, "date": date, "giver": world.members[0], "state": SwapState.ACCEPTED}
    Swap.objects.create(**swap, taker=world.members[2])
    forms = {**said(early, ""), **said(late, "nobody"), "rest": "1"}
    leader.post(page(world, date), forms)
    assert (kept(early), kept(late)) == ((True, "柳问荆", ""), (False, None, ""))


def test_the_rest_leaves_an_empty_seat_alone(world, seats, leader):
    date = soon(-1)
    early = seat_of(seats, date)
    Absence.objects.create(member=world.members[0], since=date, until=date + DAY, why="外出")
    leader.post(page(world, date), {**said(early, ""), "rest": "1"})
    assert kept(early) is None


def test_corrected_later_with_a_line_in_the_audit(world, seats, leader):
    date = soon(-1)
    early = seat_of(seats, date)
    leader.post(page(world, date), said(early, "came"))
    was = f"member:{world.members[0].pk}"
    leader.post(page(world, date), said(early, "other", was=was, name="苏小满"))
    assert kept(early) == (True, None, "苏小满")
    facts = Event.objects.get(verb="presence.correct").facts
    assert (facts["before"], facts["after"]) == (was, "family")
    leader.post(page(world, date), said(early, "", was="family:苏小满"))
    assert kept(early) is None


def test_the_second_is_told_and_keeps_what_they_typed(world, seats, leader):
    date = soon(-1)
    early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
    world.client(world.head).post(page(world, date), said(early, "nobody"))
    forms = {**said(early, "came"), **said(late, "other", name="钱小满")}
    response = leader.post(page(world, date), forms)
    found = text(response)
    assert (response.status_code, "别人刚记的是：没人来" in found, "钱小满" in found) == (409, True, True)
    assert (kept(early), kept(late)) == ((False, None, ""), None)
    again = {**said(early, "came", was="nobody"), **said(late, "other", name="钱小满")}
    leader.post(page(world, date), again)
    assert (kept(early), kept(late)) == ((True, "苏晚晴", ""), (True, None, "钱小满"))


def test_what_the_second_left_alone_stays(world, seats, leader):
    date = soon(-1)
    early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
    world.client(world.head).post(page(world, date), said(early, "nobody"))
    leader.post(page(world, date), {**said(early, ""), **said(late, "came")})
    assert (kept(early), kept(late)) == ((False, None, ""), (True, "钱望舒", ""))


def test_a_day_to_come_cannot_be_ticked(world, seats, leader):
    date = soon(1)
    assert "还没到" in text(leader.get(page(world, date)))
    response = leader.post(page(world, date), said(seat_of(seats, date), "came"))
    assert (response.status_code, Presence.objects.count()) == (409, 0)


def test_forged_names_are_refused(world, seats, leader):
    date = soon(-1)
    early = seat_of(seats, date)
    for who in (str(world.other.members[0].pk), "x"):
        assert leader.post(page(world, date), said(early, "other", who=who)).status_code == 409
    assert leader.get(page(world) + "?date=x").status_code == 404
    other = world.client(world.stranger)
    assert other.post(page(world, date), said(early, "came")).status_code == 404
    assert not Presence.objects.exists()


def test_from_the_pen_sheet(world, seats, leader):
    start = monday() - 7 * DAY
    address = page(world, start, "presence_week")
    found = leader.get(address)
    assert "照打勾版打勾" in text(found)
    early, late = seats[1, "早班"], seats[2, "晚班"]
    boxes = {
        f"was-{seat.pk}_{(start + (day - 1) * DAY).isoformat()}": "" for (day, _slot), seat in seats.items()
    }
    ticked = {f"came-{early.pk}_{start.isoformat()}": "on"}
    leader.post(address, {**boxes, **ticked})
    assert (kept(early), Presence.objects.count()) == ((True, "苏晚晴", ""), 1)
    boxes[f"was-{early.pk}_{start.isoformat()}"] = f"member:{world.members[0].pk}"
    leader.post(address, {**boxes, **ticked, "rest": "1"})
    assert (kept(early), kept(late), Presence.objects.count()) == (
        (True, "苏晚晴", ""),
        (False, None, ""),
        14,
    )


def test_the_pen_sheet_tells_the_second_too(world, seats, leader):
    start = monday() - 7 * DAY
    seat = seats[1, "早班"]
    Presence.objects.create(turn=seat, date=start, stood=False, ticked_by="网格长")
    field = f"{seat.pk}_{start.isoformat()}"
    response = leader.post(page(world, start, "presence_week"), {f"was-{field}": "", f"came-{field}": "on"})
    assert (response.status_code, "别人刚记的是" in text(response)) == (409, True)


def export(client, world, what, **more):
    days = {"first": soon(-6).isoformat(), "last": soon(0).isoformat()}
    response = client.post(reverse(f"presence_{what}", args=[world.village.pk]), {**days, **more})
    assert response.status_code == 200, response.content
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_volunteer_hours_are_those_of_members_in_volunteer_seats_alone(world, seats, leader):
    for seat in seats.values():
        kind = {1: "duty", 2: "paid"}.get(seat.weekday, "volunteer")
        Turn.objects.filter(pk=seat.pk).update(kind=kind, end="" if seat.weekday == 3 else seat.end)
    for days in range(1, 7):
        date = soon(-days)
        early, late = seat_of(seats, date), seat_of(seats, date, "晚班")
        Presence.objects.create(turn=early, date=date, stood=True, member=world.members[0], ticked_by="组长")
        Presence.objects.create(turn=late, date=date, stood=True, stand_in="钱小满", ticked_by="组长")
    book = export(leader, world, "hours")
    weekdays = {soon(-days).isoweekday() for days in range(1, 7)}
    lines = book["志愿服务时长"][1:]
    assert len(lines) == len(weekdays - {1, 2, 3})
    assert all((line[0], line[6], line[7]) == ("苏晚晴", 2, "组长") for line in lines)
    assert ("算不出时长的班" in book) is (3 in weekdays)
    assert "没有写几点结束，算不出" in str(book) or 3 not in weekdays
    assert "钱小满" not in str(book)
    assert Event.objects.filter(verb="presence.export").count() == 1


def test_the_pay_list_is_at_the_rate_typed(world, seats):
    Turn.objects.filter(slot="早班").update(kind="paid")
    for days in range(1, 4):
        date = soon(-days)
        for slot, member in (("早班", world.members[0]), ("晚班", world.members[1])):
            seat = seat_of(seats, date, slot)
            Presence.objects.create(turn=seat, date=date, stood=True, member=member, ticked_by="组长")
    officer = world.client(world.unit_officer)
    book = export(officer, world, "pay", rate="20.50", per="hour")
    assert book["应付合计"][1:] == [["苏晚晴", 3, 6, 123]]
    assert export(officer, world, "pay", rate="30", per="turn")["应付合计"][1:] == [["苏晚晴", 3, 6, 90]]
    Turn.objects.update(end="")
    book = export(officer, world, "pay", rate="20", per="hour")
    assert "没有写几点结束，算不出" in str(book)
    assert book["应付合计"][1:] == [["苏晚晴", 3, 0, 0]]


def test_the_record_says_who_was_to_come_and_who_came(world, seats, leader):
    date = soon(-1)
    Presence.objects.create(turn=seat_of(seats, date), date=date, stood=False, ticked_by="组长")
    line = next(row for row in export(leader, world, "record")["值班记录"] if row[0] == date.isoformat())
    assert line[7:] == ["苏晚晴", "没人来", "组长"]


def test_an_export_of_more_than_a_year_is_refused(world, leader):
    days = {"first": "2024-01-01", "last": "2026-01-01"}
    response = leader.post(page(world, name="presence_hours"), days)
    assert "一次最多导出一年" in text(response)
    assert "前面" in text(leader.post(page(world, name="presence_hours"), {**days, "last": "2023-01-01"}))


def test_the_notice_has_swaps_in_it(world, seats, leader):
    date = soon(1)
    swap = {"turn": seat_of(seats, date), "date": date, "giver": world.members[0]}
    Swap.objects.create(**swap, taker=world.members[2], state=SwapState.ACCEPTED)
    found = text(leader.get(page(world, name="notice")))
    assert "1号点（前街口）：柳问荆" in found
    assert "2号点（前街口）：钱望舒" in found
    assert "data-copy" in found
    Absence.objects.create(member=world.members[2], since=date, until=date + DAY, why="住院")
    found = text(leader.get(page(world, date, "notice")))
    assert "还缺1人" in found
    assert "住院" not in found


def at_noon(monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)


def test_nothing_is_missing_before_its_hour(world, seats, leader, monkeypatch):
    at_noon(monkeypatch)
    today = soon(0)
    early, late = seat_of(seats, today), seat_of(seats, today, "晚班")
    found = leader.get(page(world, today))
    assert "还有1个班没记" in text(found)
    assert [row.unsaid for row in found.context["rows"]] == [True, False]
    leader.post(page(world, today), {**said(early, ""), **said(late, ""), "rest": "1"})
    assert (kept(early), kept(late)) == ((True, "苏晚晴", ""), None)
    start = today - (today.isoweekday() - 1) * DAY
    boxes = {f"was-{late.pk}_{today}": ""}
    leader.post(page(world, start, "presence_week"), {**boxes, "rest": "1"})
    assert kept(late) is None
    rows = list(workbook(leader, page(world, name="presence_record"), today, today))
    assert [row[-2] for row in rows[-2:]] == ["苏晚晴", "还没到"]


def workbook(client, address, first, last):
    response = client.post(address, {"first": first, "last": last})
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_one_press_for_all_leads_the_page(world, seats, leader):
    found = text(leader.get(page(world, soon(-1))))
    assert 0 < found.index("都来了") < found.index("别人来的")
    assert "都来了" not in text(leader.get(page(world, soon(1))))


def test_an_export_begins_with_the_month_that_is_over(world, leader):
    form = leader.get(page(world, name="presence_record")).context["form"]
    first, last = form.initial["first"], form.initial["last"]
    assert (first.day, (last + DAY).day) == (1, 1)
    assert last + DAY == soon(0).replace(day=1)
    assert first.month == last.month
