"""Books in other people's habits: copies of other years, teams on sheets, words nobody planned for."""

from pathlib import Path

import openpyxl
import pytest
from tests.plans.written import HOUSES, MEMBERS, POINTS, codes, heads, ods, read, xlsx

from heli.people.rules import EVERY_DAY, Period
from heli.plans.gather.where import is_lost, member_spots

ALL = (
    "上宅弄1号 陈一鸣|上宅弄2号 林小青|上宅弄3-1号 王大川|溪沿5号 赵春生|溪沿6号 钱有余|溪沿7号 孙宝琴".split(
        "|"
    )
)


def everybody(village):
    return [member.name for member in village.members]


def posts(village):
    return {
        post.name: [
            (slot.period.value, slot.start, slot.end, sum(n for _kind, n in slot.seats))
            for slot in post.slots
        ]
        for post in village.posts
    }


def days_off(member):
    """Weekdays on which they can at no time."""
    busy = member.availability.busy
    return [day for day in sorted(EVERY_DAY) if all((day, period) in busy for period in Period)]


def test_copies_of_other_years_do_not_double_the_village(tmp_path):
    old = HOUSES.replace("# 农户", "# 2015年农户").replace("孙宝琴", "孙老太") + "7|2组|溪沿9号|已搬户|1|||\n"
    book = xlsx(tmp_path / "a.xlsx", old + HOUSES.replace("# 农户", "# 2017年农户") + MEMBERS + POINTS)
    village = read(book)
    assert heads(village) == ALL
    (problem,) = (found for found in village.problems if found.kind.code == "sheet-older")
    assert (problem.place.sheet, problem.params["count"]) == ("2015年农户", 2)


def test_a_log_about_the_same_houses_adds_none_and_its_facts_are_kept(tmp_path):
    log = """
# 过秤登记
日期|门牌号|户主|重量|租客数
8月1日|上宅弄1号|陈一鸣|1.2|5
8月2日|上宅弄1号|陈一鸣|1.4|
8月1日|溪沿5号|赵春生|0.4|
"""
    village = read(xlsx(tmp_path / "a.xlsx", log + HOUSES + MEMBERS + POINTS))
    assert sorted(heads(village)) == sorted(ALL)
    assert next(row for row in village.households if row.head == "陈一鸣").tenants == 5
    assert codes(village).count("sheet-repeats") == 1


def test_a_member_on_two_teams_sheets_is_one_person(tmp_path):
    teams = """
# 党员
姓名|住址|手机
周正|上宅弄2号|10000000001
吴兰|溪沿5号|10000000002
# 妇联
姓名|住址|不便时间
吴兰|溪沿5号|周三
郑爱莲|溪沿7号|
"""
    village = read(xlsx(tmp_path / "a.xlsx", HOUSES + teams + POINTS))
    assert sorted(everybody(village)) == ["吴兰", "周正", "郑爱莲"]
    assert {member.name: member.force for member in village.members}["周正"] == "党员"


def test_of_two_lists_alike_the_short_one_is_the_members(tmp_path):
    book = """
# Sheet1
姓名|地址
陈一鸣|上宅弄1号
林小青|上宅弄2号
王大川|上宅弄3号
赵春生|溪沿5号
钱有余|溪沿6号
# Sheet2
姓名|住址
周正|上宅弄2号
吴兰|溪沿5号
"""
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert len(village.households) == 5
    assert everybody(village) == ["周正", "吴兰"]


def test_groups_of_one_size_stay_households(tmp_path):
    book = "".join(
        f"# {lane}\n姓名|地址\n"
        + "".join(f"{name}一|{lane}{number}号\n" for number, name in enumerate("赵钱孙李", 1))
        for lane in ("上宅弄", "下宅弄")
    )
    assert len(read(xlsx(tmp_path / "a.xlsx", book)).households) == 8


def test_a_list_of_persons_is_read_by_household(tmp_path):
    book = """
# 人口
户号|姓名|与户主关系|性别|出生日期|门牌号
1|陈一鸣|户主|男|1960-1-2|上宅弄1号
1|林小青|妻|女|1962-3-4|
2|王大川|户主|男|1955-5-6|上宅弄2号
"""
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert [(row.head, row.people) for row in village.households] == [("陈一鸣", 2), ("王大川", 1)]


def test_the_group_in_an_address_finds_the_house_without_a_lane(tmp_path):
    book = """
# 农户
组|门牌号|户主|人口
1|12号|陈一鸣|3
2|12号|赵春生|2
# 网格员
姓名|队伍|组|住址
周正|党员||2组12号
吴兰|党员|1|12
"""
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert [(row.group, row.address.lane) for row in village.households] == [("1组", "1组"), ("2组", "2组")]
    assert [(row.group, row.home) for row in village.members] == [("2组", "2组12号"), ("1组", "1组12")]


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("户籍地址", "浙江省金华市永康市经济开发区石塘村一组前街十二号"),
        ("房屋坐落", "石塘镇石塘村1组前街12号"),
        ("家庭住址", "第一村民小组前街12号"),
    ],
)
def test_an_address_with_everything_before_the_lane(tmp_path, header, text):
    (row,) = read(xlsx(tmp_path / "a.xlsx", f"# 石塘村\n户主|{header}|人口\n陈一鸣|{text}|3")).households
    assert (row.group, row.address.lane, row.address.number) == ("1组", "前街", 12)


def test_a_number_column_beside_the_lanes(tmp_path):
    village = read(
        xlsx(tmp_path / "a.xlsx", "# 户\n街路|号|户主|人口\n前街|12|陈一|3\n|13|林二|2\n|14|王三|1")
    )
    assert heads(village) == ["前街12号 陈一", "前街13号 林二", "前街14号 王三"]


def test_each_block_has_its_own_group_above_it(tmp_path):
    rows = "门牌|户主||门牌|户主\n前街1号|陈一||后街1号|王三\n前街2号|林二||后街2号|赵四"
    book = f"# 户\n住户一览表\n第一组|||第二组\n{rows}"
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert sorted((row.group, row.head) for row in village.households) == [
        ("1组", "林二"),
        ("1组", "陈一"),
        ("2组", "王三"),
        ("2组", "赵四"),
    ]


def test_a_missing_column_is_said_once(tmp_path):
    village = read(xlsx(tmp_path / "a.xlsx", "# 户\n组别|户主|人口\n" + "1组|陈一|3\n1组|林二|3\n2组|王三|2"))
    assert codes(village) == ["households-no-column", "no-members", "no-points"]


def test_a_header_of_half_known_words_is_a_header(tmp_path):
    book = (
        HOUSES
        + "# 名单\n巡视人|家住|联系电话|请假\n周正|上宅弄2号|10000000001|周一\n吴兰|溪沿5号|10000000002|\n"
    )
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert everybody(village) == ["周正", "吴兰"]
    assert days_off(village.members[0]) == [1]


DAY_COLUMNS = {
    "crosses": ("姓名|队伍|周一|周二|周三", "周正|党员|√|×|√", [2]),
    "ticks alone": ("姓名|队伍|星期一|星期二|星期六", "周正|党员|√||√", [2, 3, 4, 5, 7]),
    "ticks under inconvenience": ("姓名|队伍|不便周一|不便周二", "周正|党员|√|", [1]),
    "nothing": ("姓名|队伍|周一|周二", "周正|党员||", []),
}


@pytest.mark.parametrize("name", DAY_COLUMNS)
def test_a_column_for_each_day(tmp_path, name):
    header, row, days = DAY_COLUMNS[name]
    (member,) = read(xlsx(tmp_path / "a.xlsx", f"{HOUSES}# 网格员\n{header}\n{row}")).members
    assert days_off(member) == days


SLOTS = {
    "one row a shift, the point named once": (
        "点位|班次|开始时间|结束时间|义务|志愿\n东门|早班|5:30|7:30|1|1\n|晚班|17:30|19:30|1|1\n西门|早班|6:00|7:00|2|",
        {
            "东门": [("early", "05:30", "07:30", 2), ("late", "17:30", "19:30", 2)],
            "西门": [("early", "06:00", "07:00", 2)],
        },
    ),
    "kinds under each shift": (
        "投放点|早班|||晚班||\n|时间|义务|志愿|时间|义务|有偿\n东门|5:30-7:30|2|1|17:30-19:30|1|0",
        {"东门": [("early", "05:30", "07:30", 3), ("late", "17:30", "19:30", 1)]},
    ),
    "begin and end of each shift": (
        "名称|早班开始|早班结束|晚班开始|晚班结束|人数\n东门|5:30|7:30|17:30|19:30|1",
        {"东门": [("early", "05:30", "07:30", 1), ("late", "17:30", "19:30", 1)]},
    ),
}


@pytest.mark.parametrize("name", SLOTS)
def test_shifts_however_they_are_laid_out(tmp_path, name):
    text, slots = SLOTS[name]
    assert posts(read(xlsx(tmp_path / "a.xlsx", f"{HOUSES}{MEMBERS}# 投放点\n{text}"))) == slots


def test_a_cell_far_out_is_named_and_read_around(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", HOUSES + MEMBERS + POINTS)
    book = openpyxl.load_workbook(path)
    book["农户"]["XFD1048576"] = "x"
    book.save(path)
    village = read(path)
    assert heads(village) == ALL
    (problem,) = (found for found in village.problems if found.kind.code == "cells-far")
    assert (problem.place.row, problem.place.column) == (1048576, "XFD")


def test_a_text_file_with_a_broken_character_is_read_and_said(tmp_path: Path):
    rows = "".join(f"溪沿{number}号,陈一鸣,3\n" for number in range(1, 40))
    path = tmp_path / "a.csv"
    path.write_bytes(f"门牌号,户主,人口\n{rows}".encode("gb18030") + b"\xff\n")
    village = read(path)
    assert len(village.households) >= 39
    assert "text-damaged" in codes(village)


def test_every_row_is_a_household_or_reported(tmp_path):
    extra = "7|2组|溪沿5号|赵春生|5|否||\n8|||||||不知道\n小计||||22|||\n第三组\n9||||7|||\n"
    village = read(ods(tmp_path / "a.ods", HOUSES + extra + MEMBERS + POINTS))
    rows = {row.place.row for row in village.households}
    listed = "、".join(str(found.params.get("rows", found.place.row)) for found in village.problems)
    heading = 11
    assert all(number in {*rows, heading} or str(number) in listed.split("、") for number in range(2, 13))


def test_a_row_that_speaks_of_evenings_is_no_header(tmp_path):
    points = """
# 投放点
点位|在哪里|早上开桶|晚上开桶|几个人
1号桶站|上宅弄口|5点半—7点半|17:30-19:30|1人
2号桶站|溪沿口|5:30|晚上5点半|2人
"""
    village = read(xlsx(tmp_path / "a.xlsx", HOUSES + MEMBERS + points))
    assert posts(village) == {
        "1号桶站": [("early", "05:30", "07:30", 1), ("late", "17:30", "19:30", 1)],
        "2号桶站": [("early", "05:30", "", 2), ("late", "17:30", "", 2)],
    }
    assert [post.where for post in village.posts] == ["上宅弄口", "溪沿口"]


@pytest.mark.parametrize("header", ["所在弄堂", "哪里"])
def test_a_lane_stands_once_beside_its_bare_numbers(tmp_path, header):
    book = xlsx(
        tmp_path / "a.xlsx",
        f"""
# 台账
{header}|门牌|户代表|家庭人口
东湖一弄|1|陈一鸣|3
|2|林小青|2
|9|王大川|4
西街|1|赵春生|2
|2|钱有余|1
|9|孙宝琴|1
"""
        + MEMBERS
        + POINTS,
    )
    village = read(book)
    lanes = [(row.address.lane, row.address.number) for row in village.households]
    assert lanes == [(lane, number) for lane in ("东湖一弄", "西街") for number in (1, 2, 9)]
    assert "household-shared" not in codes(village)


def test_blocks_of_flats_have_building_and_room_in_two_columns(tmp_path):
    book = """
# 人口信息
湖滨社区人口信息采集表
户编号|楼栋|房号|与户主关系|姓名|联系方式
1|1幢|101|户主|陈一鸣|10000000001
1|1幢|101|妻|林小青|10000000001
2|1幢|102|户主|王大川|10000000002
3|2|101|户主|赵春生|10000000003
# 楼道长
楼道长姓名|家住|年龄|哪天有空|特长
周正|1幢102|45|周末|唱歌
吴兰|2幢101|68|周一至周五晚上|
# 亭房
亭房|在哪|早上|傍晚|需要几人
南门亭|南门|6：00-8:30|18:00~20:00|2
"""
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert heads(village) == ["1幢101 陈一鸣", "1幢102 王大川", "2幢101 赵春生"]
    assert everybody(village) == ["周正", "吴兰"]
    assert posts(village) == {"南门亭": [("early", "06:00", "08:30", 2), ("late", "18:00", "20:00", 2)]}
    assert [spot.address.sub for spot in member_spots(village)] == [102, 101]
    assert not any(map(is_lost, member_spots(village), village.members))


@pytest.mark.parametrize("header", ["楼栋号|户主|人口", "楼栋号|出租|人口"])
def test_a_building_alone_is_an_address(tmp_path, header):
    book = f"# 农户\n{header}\n1幢|是|3\n2幢|否|2\n3幢|否|4\n" + MEMBERS + POINTS
    village = read(xlsx(tmp_path / "a.xlsx", book.replace("是|3", "陈一鸣|3") if "户主" in header else book))
    assert [row.address.number for row in village.households] == [1, 2, 3]
    asked = [found.params for found in village.problems if found.kind.code == "households-no-column"]
    assert {"column": "门牌号"} not in asked
