"""What people wrote, in the tables: refusals, hours, seasons, nights, newcomers; understood.csv."""

import csv
import datetime
import json

import pytest
from tests.plans.books import member
from tests.plans.written import read, xlsx

from heli.duties.rules import PastTurns, When, end_words
from heli.people.rules import Member
from heli.plans.rules import Options, Pins, TurnsBefore, label, turns_before
from heli.plans.turns import gather_roster
from heliplan.roster import check, loads, solve


def points(*rows):
    return [("投放点", "位置", "早", "晚", "每班人数"), *rows]


def shifts(run):
    return {(row["date"], row["slot"], row["start"], row["end"]) for row in run.plan["roster"]["slots"]}


def test_a_household_is_not_linked_to_whom_it_refuses(tables, book):
    usual = tables(book).links
    house, linked = next((h, m) for h, m in usual.items() if h == "上宅弄3号")
    row = next(at for at, cells in enumerate(book["农户"]) if house in cells)
    book["农户"][row] = (*book["农户"][row][:-1], f"不愿意由{linked}联系")
    run = tables(book)
    assert run.links[house] != linked
    assert "plan.refused_all_the_same" not in run.codes
    why = {row["household"]: row["why"] for row in run.plan["division"]["links"]}
    assert "不愿" not in why[house]


def test_a_refusal_gives_way_last_and_is_named(tables, book):
    names = [row[0] for row in book["网格员"][1:]]
    row = next(at for at, cells in enumerate(book["农户"]) if "上宅弄3号" in cells)
    book["农户"][row] = (*book["农户"][row][:-1], f"不希望由{'、'.join(names)}联系")
    run = tables(book)
    assert run.codes.count("plan.refused_all_the_same") == 1
    assert "上宅弄3号" in run.links


def test_partners_who_refuse_each_other_do_not_share_a_group(tables, book):
    first, second = (row[0] for row in book["网格员"][1:3])
    book["网格员"][2] = (*book["网格员"][2][:-1], f"不愿与{first}同班")
    groups = tables(book).plan["roster"]["groups"]
    assert not any({first, second} <= set(group["members"]) for group in groups)


def test_what_is_understood_is_said_back(tables, book):
    book["网格员"][1] = member(book["网格员"][1][0], "上宅弄1号", busy="晚班和周末不行")
    run = tables(book)
    with (run.out / "understood.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    said = {row["写的"]: row["读作"] for row in rows}
    assert said["晚班和周末不行"] == "周一至周五晚上、周六、周日不排"
    assert any("05:30" in words for words in said.values())


def test_hours_of_a_member_count_against_the_hours_of_a_slot(tables, book):
    book["投放点"] = points(("1号点", "上宅弄口", "5:30-7:30", "17:30-19:30", 1))
    name = book["网格员"][1][0]
    book["网格员"][1] = member(name, "上宅弄1号", busy="每天19:00以后没空")
    run = tables(book, "--mode", "rotation")
    late = [row for row in run.plan["roster"]["slots"] if row["slot"] == "晚"]
    early = [row for row in run.plan["roster"]["slots"] if row["slot"] == "早"]
    assert not any(seat["member"] == name for row in late for seat in row["seats"])
    assert any(seat["member"] == name for row in early for seat in row["seats"])


def test_dates_count_in_a_rotation_and_are_said_in_a_table_for_every_week(tables, book):
    name = book["网格员"][1][0]
    book["网格员"][1] = member(name, "上宅弄1号", busy="11月23日至11月29日没空")
    run = tables(book, "--mode", "rotation", "--weeks", "2")
    weeks = {
        row["week"] for row in run.plan["roster"]["slots"] for seat in row["seats"] if seat["member"] == name
    }
    assert weeks == {2}
    assert "plan.dated" in tables(book).codes


def test_two_slots_of_one_time_of_day(tables, book):
    book["投放点"] = [("投放点", "位置", "开放时间"), ("1号点", "上宅弄口", "6:00-7:00，8:00-9:00")]
    run = tables(book, "--mode", "rotation")
    assert {(slot, start) for _date, slot, start, _end in shifts(run)} == {("早1", "06:00"), ("早2", "08:00")}


def test_one_season_is_in_force(tables, book):
    book["投放点"] = [
        ("投放点", "位置", "开放时间"),
        ("1号点", "上宅弄口", "5月1日至11月30日5:30-7:30，12月1日至4月30日6:00-8:00"),
    ]
    run = tables(book, "--mode", "rotation", "--weeks", "2")
    starts = {date: start for date, _slot, start, _end in shifts(run)}
    assert len(shifts(run)) == 14
    assert (starts["2026-11-30"], starts["2026-12-01"]) == ("05:30", "06:00")
    assert "plan.season_ends" in tables(book).codes


def test_other_hours_at_the_weekend(tables, book):
    book["投放点"] = [
        ("投放点", "位置", "开放时间"),
        ("1号点", "上宅弄口", "周一至周五5:30-7:30，周末6:30-8:30"),
    ]
    run = tables(book, "--mode", "rotation")
    starts = {date: start for date, _slot, start, _end in shifts(run)}
    assert len(shifts(run)) == 7
    assert (starts["2026-11-27"], starts["2026-11-28"]) == ("05:30", "06:30")


def test_a_night_ends_on_the_next_day(tables, book):
    book["投放点"] = points(("1号点", "上宅弄口", "5:30-7:30", "22:00-次日2:00", 1))
    run = tables(book)
    assert {(start, end) for _date, slot, start, end in shifts(run) if slot == "晚"} == {("22:00", "02:00")}
    assert "22:00前到，次日02:00结束" in (run.out / "青溪村-notice.txt").read_text("utf-8")
    assert end_words("17:30", "19:30") == "19:30"


def test_nobody_stands_where_two_shifts_overlap_over_midnight(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 网格员
姓名|队伍|住址
周正|党员|上宅弄2号
吴兰|党员|上宅弄3号
# 投放点
投放点|位置|早|晚|每班人数
1号点|村口|1:00-5:00|22:00-次日2:00|1
""",
        )
    )
    options = Options(datetime.date(2026, 11, 22), mode="rotation")
    work = gather_roster(village, label(village), options, Pins(), None, {}, TurnsBefore())
    assert len(work.problem.clashes) == 6
    result = solve(work.problem)
    assert not check(work.problem, result.plan).violations
    assert loads(work.problem, result.plan)[:, 0].sum() == 14


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        (("2026-11-23", "晚", "22:00", "02:00"), ("2026-11-24", "早", "01:30", "05:00"), True),
        (("2026-11-23", "晚", "22:00", "02:00"), ("2026-11-24", "早", "02:00", "05:00"), False),
        (("2026-11-23", "晚", "22:00", "02:00"), ("2026-11-23", "早", "05:30", "07:30"), False),
        (("2026-11-23", "早1", "06:00", "07:00"), ("2026-11-23", "早2", "06:30", "09:00"), True),
    ],
)
def test_turns_that_overlap(one, other, meets):
    first, second = (When(datetime.date.fromisoformat(day), *rest) for day, *rest in (one, other))
    assert first.meets(second) is meets
    assert second.meets(first) is meets


def test_a_newcomer_starts_at_the_level_of_the_others(tables, book, tmp_path):
    names = [row[0] for row in book["网格员"][1:]]
    earlier = tmp_path / "earlier.json"
    turns = {name: {"total": 20, "early": 10, "weekend": 6} for name in names[1:]}
    earlier.write_text(json.dumps({"roster": {"load": turns}}), encoding="utf-8")
    run = tables(book, "--mode", "rotation", "--weeks", "2", "--history", str(earlier))
    load = {name: row["total"] for name, row in run.plan["roster"]["load"].items()}
    assert max(load.values()) - min(load.values()) <= 1


def test_who_was_away_counts_as_the_others_did():
    history = [
        PastTurns({"甲": (4, 2, 1), "乙": (6, 2, 1), "丙": (0, 0, 0)}, frozenset({"丙"})),
        PastTurns({"甲": (1, 0, 0), "乙": (1, 0, 0), "丙": (1, 1, 0)}),
    ]
    names = ("甲", "乙", "丙", "丁")
    before = turns_before(history, names, [Member(name) for name in names])
    assert before.stood == {0: (5, 2, 1), 1: (7, 2, 1), 2: (6, 3, 1), 3: (6, 2, 1)}
    assert before.levelled == (2, 3)
