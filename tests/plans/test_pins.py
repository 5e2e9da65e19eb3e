"""What people have decided beforehand, read from any sheet that says it."""

from tests.plans.written import csv_file, read, xlsx

from heli.plans.sheets import read_pins


def test_households_given_to_members(tmp_path):
    pins = read_pins(
        csv_file(
            tmp_path / "pins.csv",
            """
# 表
门牌号|户主|网格员
青溪路1号、青溪路2号|陈一鸣|贾芳（青溪路2号）
青溪路3号||周　正
青溪路4号||
""",
            "gb18030",
        )
    )
    assert [(pin.household, pin.member, pin.home) for pin in pins.links] == [
        ("青溪路1号", "贾芳", "青溪路2号"),
        ("青溪路2号", "贾芳", "青溪路2号"),
        ("青溪路3号", "周正", ""),
    ]
    assert pins.seats == ()
    assert [(problem.kind.code, problem.place.row) for problem in pins.problems] == [("pin-unread", 4)]


def test_turns_given_to_members(tmp_path):
    pins = read_pins(
        xlsx(
            tmp_path / "pins.xlsx",
            """
# 表
星期|班次|投放点|姓名
周一|早|1号点|贾芳（青溪路2号）
周二至周三|晚|2号点|冯军、余霞
三|早|1号点|周正
""",
        )
    )
    assert [(pin.weekday, pin.slot, pin.post, pin.member, pin.home) for pin in pins.seats] == [
        (1, "早", "1号点", "贾芳", "青溪路2号"),
        (2, "晚", "2号点", "冯军", ""),
        (3, "晚", "2号点", "冯军", ""),
        (2, "晚", "2号点", "余霞", ""),
        (3, "晚", "2号点", "余霞", ""),
        (3, "早", "1号点", "周正", ""),
    ]
    assert pins.problems == ()


def test_a_file_without_pins_says_so(tmp_path):
    pins = read_pins(csv_file(tmp_path / "pins.csv", "# 表\n你|好\n"))
    assert [problem.kind.code for problem in pins.problems] == ["no-pins"]


def test_a_roster_in_the_book_is_not_taken_for_members(tmp_path):
    book = "# 值班表\n星期|班次|投放点|姓名\n周一|早|1号点|贾芳\n"
    village = read(xlsx(tmp_path / "a.xlsx", book))
    assert village.members == ()
    assert "sheet-roster" in [problem.kind.code for problem in village.problems]
