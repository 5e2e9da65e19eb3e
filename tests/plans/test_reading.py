"""Books as villages really keep them: every household is found, whatever the sheet looks like."""

import zipfile
from pathlib import Path

import pytest
from tests.plans.written import (
    HOUSES,
    MEMBERS,
    POINTS,
    WHOLE,
    codes,
    csv_file,
    heads,
    ods,
    read,
    xlsx,
)

from heli.kernel.sheets.read import SheetError

SIX = [
    "上宅弄1号 陈一鸣",
    "上宅弄2号 林小青",
    "上宅弄3-1号 王大川",
    "溪沿5号 赵春生",
    "溪沿6号 钱有余",
    "溪沿7号 孙宝琴",
]

# name: (book, merged ranges, address and head of every household, their groups)
MESSES = {
    "a sheet for each group, the group in its name": (
        """
# 第1组
门牌|户主姓名|家庭人口（人）|备注
１号|陈　一|3人|
2号|李 二|4口|
# 二组
门牌|户主姓名|家庭人口（人）|备注
1号|王三|３|
""",
        {},
        ["1号 陈一", "2号 李二", "1号 王三"],
        ["1组", "1组", "2组"],
    ),
    "title, filler, headings of groups, subtotals, footers, line breaks in headers": (
        """
# 花名册
青溪村住户花名册
填表人：张某|||日期：2017.8.10

序号|户主|门~牌号|人 数|租客数
第一组
1|陈一鸣|上宅弄1号|3|
2|林小青|上宅弄2号|4|6
小计|||7|6
第二组
1|王大川|溪沿1号|3|
2|王二川|溪沿2号|3|
合计|4户||13|6
审核人：李某||单位负责人：
""",
        {"花名册": ["A1:E1"]},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "溪沿1号 王大川", "溪沿2号 王二川"],
        ["1组", "1组", "2组", "2组"],
    ),
    "two tables side by side with a gap": (
        """
# 表
门牌号|户主|人口||门牌号|户主|人口
1号|陈一鸣|3||4号|赵春生|5
2号|林小青|4||||
""",
        {},
        ["1号 陈一鸣", "2号 林小青", "4号 赵春生"],
        ["", "", ""],
    ),
    "two tables side by side without a gap, the lane in the sheet's name": (
        """
# 上宅弄
序号|门牌号|户主|序号|门牌号|户主
1|1|陈一鸣|3|4|赵春生
2|2|林小青|4|5|钱有余
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "上宅弄4号 赵春生", "上宅弄5号 钱有余"],
        ["", "", "", ""],
    ),
    "a header of two rows": (
        """
# 农户
序号|组|门牌号|户主情况||租住情况||备注
|||姓名|电话|是否出租|人数|
1|1|上宅弄1号|陈一鸣|10000000001|是|3|
2|1|上宅弄2号|林小青|10000000002|否||空房
""",
        {"农户": ["D1:E1", "F1:G1", "A1:A2", "B1:B2", "C1:C2", "H1:H2"]},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青"],
        ["1组", "1组"],
    ),
    "no header at all": (
        """
# 农户
1|上宅弄1号|陈一鸣|3
2|上宅弄2号|林小青|4
3|上宅弄3号|王大川|4
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "上宅弄3号 王大川"],
        ["", "", ""],
    ),
    "merged group cells and one merged house": (
        """
# 农户
组|门牌号|户主|人口
1|上宅弄1号|陈一鸣|3
|上宅弄2号|林小青|4
2|溪沿1号|王大川|4
|溪沿2号|王小川|4
||王二川|4
""",
        {"农户": ["A2:A3", "A4:A6", "B5:B6"]},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "溪沿1号 王大川", "溪沿2号 王小川", "溪沿2号 王二川"],
        ["1组", "1组", "2组", "2组", "2组"],
    ),
    "the group written only where it changes": (
        """
# 农户
组别|门牌号|户主
1组|上宅弄1号|陈一鸣
|上宅弄2号|林小青
|上宅弄3号|王大川
2组|溪沿1号|赵春生
|溪沿2号|钱有余
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "上宅弄3号 王大川", "溪沿1号 赵春生", "溪沿2号 钱有余"],
        ["1组", "1组", "1组", "2组", "2组"],
    ),
    "headings of lanes over bare numbers": (
        """
# 名册
上宅弄
门牌|户主|人口
1|陈一鸣|3
3-1|林小青|3
溪沿路
1|王大川|2
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄3-1号 林小青", "溪沿路1号 王大川"],
        ["", "", ""],
    ),
    "printed pages with the header on each": (
        """
# 名册
第一组
门牌|户主|人口
1号|陈一鸣|3
第2页
门牌|户主|人口
3号|王大川|2
合计||5

第二组
门牌|户主|人口
1号|李大川|2
""",
        {},
        ["1号 陈一鸣", "3号 王大川", "1号 李大川"],
        ["1组", "1组", "2组"],
    ),
    "the lane in a column of its own": (
        """
# 农户
路名|门牌|户主|人口
上宅弄|1|陈一鸣|3
|2|林小青|3
|3|王大川|3
溪沿|1|赵春生|3
|2|钱有余|3
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青", "上宅弄3号 王大川", "溪沿1号 赵春生", "溪沿2号 钱有余"],
        ["", "", "", "", ""],
    ),
    "one person a row": (
        """
# 人口台账
户号|门牌号|姓名|与户主关系|身份证号
1|上宅弄1号|陈一鸣|户主|
1|上宅弄1号|陈小明|子|
2|上宅弄2号|林小青|户主|
||林二青|女|
""",
        {},
        ["上宅弄1号 陈一鸣", "上宅弄2号 林小青"],
        ["", ""],
    ),
    "other words, other order, traditional characters, English": (
        """
# A
備註|租客人數|戶主|門牌號|村民小組
|2|陳一鳴|上宅弄1號|一組
# B
House No.|Householder|Group|People|Rented|Tenants|Note
Shang Lane 12|Chen Yiming|1|3|no||
""",
        {},
        ["上宅弄1號 陳一鳴", "Shang Lane 12 Chen Yiming"],
        ["1组", "1组"],
    ),
}


@pytest.mark.parametrize("mess", MESSES)
def test_every_household_is_found(tmp_path, mess):
    text, merged, households, groups = MESSES[mess]
    village = read(xlsx(tmp_path / "book.xlsx", text, merged))
    assert heads(village) == households
    assert [row.group for row in village.households] == groups


def test_it_works(tmp_path):
    village = read(xlsx(tmp_path / "青溪村.xlsx", WHOLE))
    assert village.name == "青溪村"
    assert heads(village) == SIX
    assert [row.name for row in village.members] == ["周正", "吴兰"]
    assert [row.name for row in village.posts] == ["1号点", "2号点"]
    assert village.problems == ()


def test_every_form_of_file_reads_the_same(tmp_path):
    excel = read(xlsx(tmp_path / "a.xlsx", HOUSES))
    open_document = read(ods(tmp_path / "a.ods", HOUSES))
    assert open_document.households == excel.households
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"):
        for delimiter in (",", ";", "\t"):
            path = csv_file(tmp_path / f"{encoding}.csv", HOUSES, encoding, delimiter)
            assert read(path).households == excel.households


def test_an_open_document_that_repeats_one_cell_for_ever_is_refused(tmp_path):
    whole = ods(tmp_path / "a.ods", HOUSES)
    endless = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    empty = endless.replace("<text:p>x</text:p></table:table-cell>", "").replace(
        ' office:value-type="string">', "/>"
    )
    for tail, refused in ((endless, True), (empty, False)):
        path = tmp_path / "b.ods"
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).decode().replace("</table:table>", tail))
        if refused:
            with pytest.raises(SheetError, match="太大"):
                read(path)
        else:
            assert heads(read(path)) == SIX


def test_the_name_of_a_file_does_not_matter(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", WHOLE)
    assert heads(read(path.rename(tmp_path / "农户.csv"))) == SIX


def test_several_files_make_one_village(tmp_path):
    files = [csv_file(tmp_path / f"{n}.csv", text) for n, text in enumerate((HOUSES, MEMBERS, POINTS))]
    village = read(*files)
    assert (len(village.households), len(village.members), len(village.posts)) == (6, 2, 2)
    assert village.problems == ()


def test_three_tables_on_one_sheet(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# Sheet1
网格员名单
姓名|身份|住址|联系电话|值班不便|备注
周正|党员|上宅弄2号|10000000001|早班不便|组长
吴兰|妇联|溪沿5号|10000000002||免值
投放点情况
点位|地点|早班|晚班|人数
1号点|村口|5:30-7:30|5点半-7点半|1
农户情况
户主|门牌号|组
陈一鸣|上宅弄1号|1
""",
        )
    )
    assert heads(village) == ["上宅弄1号 陈一鸣"]
    assert [(row.name, row.leader, row.exempt) for row in village.members] == [
        ("周正", True, ""),
        ("吴兰", False, "免值"),
    ]
    assert [(slot.start, slot.end) for slot in village.posts[0].slots] == [
        ("05:30", "07:30"),
        ("17:30", "19:30"),
    ]
    assert village.problems == ()


def test_rows_that_are_no_households_are_named(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 农户
门牌号|户主|人口|医保
上宅弄1号|陈一鸣|3|有
上宅弄1号|陈一鸣|3|
上宅弄1号|林小青|3|
|孙大|3|
上宅弄3号||2|
|||有
上宅弄|李三|2|
2026-03-12|李四|二十人左右|
合计|7户|16|
""",
        )
    )
    assert heads(village) == [
        "上宅弄1号 陈一鸣",
        "上宅弄1号 林小青",
        "孙大",
        "上宅弄3号",
        "上宅弄 李三",
        "3-12 李四",
    ]
    at = {(p.kind.code, p.place.row, p.place.column) for p in village.problems if p.place.sheet}
    assert at == {
        ("columns-ignored", 1, ""),
        ("household-twice", 3, ""),
        ("household-shared", 4, ""),
        ("household-no-address", 5, "A"),
        ("household-no-head", 6, "B"),
        ("household-no-number", 8, "A"),
        ("household-date", 9, "A"),
        ("household-count-unread", 9, "C"),
        ("rows-skipped", 7, ""),
    }


def test_a_row_with_neither_address_nor_head_stops_the_plan(tmp_path):
    village = read(xlsx(tmp_path / "a.xlsx", HOUSES + "7|2组|||3|否||\n"))
    (problem,) = [problem for problem in village.problems if problem.kind.code == "household-empty"]
    assert (problem.severity, problem.place.sheet, problem.place.row) == ("stop", "农户", 8)


def test_what_is_missing_is_said(tmp_path):
    assert codes(read(xlsx(tmp_path / "a.xlsx", HOUSES))) == ["no-members", "no-points"]
    assert codes(read(xlsx(tmp_path / "b.xlsx", MEMBERS + POINTS))) == ["no-households"]
    assert codes(read(xlsx(tmp_path / "c.xlsx", "# 杂\n你|好\n"))) == [
        "no-households",
        "no-members",
        "no-points",
        "sheet-unknown",
    ]


def test_remarks_are_understood_on_both_sides(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 农户
门牌号|户主|备注|出租
青溪路1号|陈一鸣|希望由王五联系|否
青溪路2号|林小青|亲属：王五、赵六|
青溪路3号|张三|空房，已拆|否
青溪路4号|张四|空房|是
青溪路5号|张五|长期外出|
青溪路6号|张六|空关房|否
# 网格员
姓名|队伍|住址|不便时间|备注
王五|党员|青溪路1号|周一；农忙时|与赵六同班；愿联系青溪路4号、5号
赵六|党员|青溪路2号||行动不便，免
孙七|党员|青溪路3号|随时|愿值早班，组长
李八|党员|青溪路9号||在外务工，周末回村
""",
        )
    )
    houses = {row.head: row for row in village.households}
    assert houses["陈一鸣"].wishes == ("王五",)
    assert houses["林小青"].kin == ("王五", "赵六")
    assert [row.no_link for row in village.households] == ["", "", "空房，已拆", "", "", "空关房"]
    people = {row.name: row for row in village.members}
    assert people["王五"].partners == ("赵六",)
    assert people["王五"].wishes == ("青溪路4号", "青溪路5号")
    assert people["赵六"].exempt == "行动不便，免"
    assert people["孙七"].leader
    assert {period for _day, period in people["孙七"].availability.wanted} == {"early"}
    assert {day for day, _period in people["李八"].availability.busy} == {1, 2, 3, 4, 5}
    assert codes(village) == ["household-empty-but-let", "member-time-unread", "no-points"]


def test_free_times_are_the_opposite_of_inconvenient_ones(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 网格员
姓名|队伍|可值班时间
王五|党员|周一、周二
赵六|党员|随时
""",
        )
    )
    busy = [{day for day, _period in row.availability.busy} for row in village.members]
    assert busy == [{3, 4, 5, 6, 7}, set()]


def test_namesakes_are_two_people_and_repeats_one(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 网格员
姓名|队伍|住址
贾芳|党员|青溪路2号
贾　芳|村妇联|青溪路10号
贾芳|党员|青溪路２号
""",
        )
    )
    assert [row.home for row in village.members] == ["青溪路2号", "青溪路10号"]
    assert "member-twice" in codes(village)


def test_no_phone_and_no_identity_number_is_kept_or_said(tmp_path):
    phone, identity = "13900000001", "330000199001011234"
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            f"""
# 农户
门牌号|户主|备注|人口|{phone}
青溪路1号{phone}|陈一鸣{phone}|电话{phone}，证{identity}|{phone}人|x
青溪路2号|林小青 139-0000-0001|空房 {phone}|3|{phone}
# 网格员
姓名|队伍|住址|联系方式|证件|不便时间|备注|职业
王五{phone}|党员|青溪路1号|{phone}|{identity}|农忙{phone}|因病免 {phone}|{phone}
# 投放点
投放点|位置|早
1号点 {phone}|村口{phone}|{phone}
""",
        )
    )
    shown = [repr(village), *(problem.message + problem.cure for problem in village.problems)]
    for text in shown:
        assert phone not in text
        assert identity not in text
        assert "139-0000-0001" not in text
    assert heads(village) == ["青溪路1号 陈一鸣", "青溪路2号 林小青"]


def test_coordinates_swapped_in_degrees_joined_wrong_or_far(tmp_path):
    village = read(
        xlsx(
            tmp_path / "a.xlsx",
            """
# 农户
门牌号|户主|经度|纬度
青溪路1号|陈一鸣|120.05|28.91
青溪路2号|林小青|28.92|120.05
青溪路3号|张三|120°3'0"|28°54'36"
青溪路4号|张四|0|0
青溪路5号|张五|121.95|28.91
青溪路7号|张七|120.06|28.91
青溪路8号|张八|120.06|
# 更多农户
门牌号|户主|坐标
青溪路12号|林小青|120.05，28.92
""",
        )
    )
    known = [(row.lon, row.lat) for row in village.households]
    assert known[:3] == [(120.05, 28.91), (120.05, 28.92), pytest.approx((120.05, 28.91))]
    assert known[3:] == [(None, None), (None, None), (120.06, 28.91), (None, None), (120.05, 28.92)]
    at = [(p.kind.code, p.place.row) for p in village.problems if p.kind.code.startswith("coordinates")]
    assert at == [("coordinates-unread", 5), ("coordinates-unread", 8), ("coordinates-far", 6)]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("青溪村农户登记表", "青溪村"),
        ("浙江省某某县某某镇青溪村农户登记表", "青溪村"),
        ("青溪村村民小组名册", "青溪村"),
        ("本村农户", "本村"),
        ("农村家庭情况", "本村"),
        ("幸福社区住户", "幸福社区"),
    ],
)
def test_the_village_is_named_by_its_titles(tmp_path, title, name):
    text = f"# 表\n{title}\n门牌号|户主\n1号|陈一鸣\n"
    assert read(xlsx(tmp_path / "a.xlsx", text)).name == name


def test_an_old_excel_book(tmp_path):
    village = read(Path(__file__).parent / "files" / "whole.xls")
    assert heads(village) == SIX
    assert (len(village.members), len(village.posts), village.problems) == (2, 2, ())
