"""What differs between two plans: one answer, whatever the plans are made of."""

from heli.plans.rules.differences import Differences, LinkChange, Tables, TurnChange, differences, standing

MONDAY, TUESDAY = (1, 1, "早班", "一号点"), (1, 2, "早班", "一号点")
NEXT_MONDAY = (2, 1, "早班", "一号点")


def test_the_same_is_no_difference():
    tables = Tables({"前街1号": "甲"}, {MONDAY: ["甲", "乙"]})
    assert differences(tables, Tables({"前街1号": "甲"}, {MONDAY: ["乙", "甲"]})) == Differences()


def test_households_that_change_come_and_go():
    old = Tables({"前街1号": "甲", "前街2号": "甲", "前街3号": "乙"}, {})
    new = Tables({"前街4号": "乙", "前街2号": "乙", "前街1号": "甲"}, {})
    assert differences(old, new).links == (
        LinkChange("前街4号", None, "乙"),
        LinkChange("前街2号", "甲", "乙"),
        LinkChange("前街3号", "乙", None),
    )


def test_turns_are_told_through_the_weeks():
    old = Tables({}, {NEXT_MONDAY: ["甲"], MONDAY: ["甲", "乙"]})
    new = Tables({}, {TUESDAY: ["丙"], NEXT_MONDAY: [], MONDAY: ["乙", "丙"]})
    assert differences(old, new).turns == (
        TurnChange(MONDAY, ("甲",), ("丙",)),
        TurnChange(TUESDAY, (), ("丙",)),
        TurnChange(NEXT_MONDAY, ("甲",), ()),
    )


def test_who_stands_twice_and_then_once_is_gone_once():
    found = differences(Tables({}, {MONDAY: ["甲", "甲"]}), Tables({}, {MONDAY: ["甲"]}))
    assert found.turns == (TurnChange(MONDAY, ("甲",), ()),)


def test_a_place_with_nobody_is_a_place():
    assert standing([(MONDAY, None), (TUESDAY, "甲"), (TUESDAY, None)]) == {MONDAY: [], TUESDAY: ["甲"]}
