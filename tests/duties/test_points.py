"""Open periods as people write them, and the posts read from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans.written import codes, read, xlsx

from heli.duties.sheets.hours import parse_spans


@pytest.mark.parametrize(
    ("text", "late", "spans"),
    [
        ("05:30-07:30", False, [("05:30", "07:30")]),
        ("５：３０—７：３０", False, [("05:30", "07:30")]),
        ("5点半至7点半", False, [("05:30", "07:30")]),
        ("5点-7点", False, [("05:00", "07:00")]),
        ("5-7点", False, [("05:00", "07:00")]),
        ("五点半到七点一刻", False, [("05:30", "07:15")]),
        ("5.30-7.30", False, [("05:30", "07:30")]),
        ("5:30", False, [("05:30", "")]),
        ("5:30", True, [("17:30", "")]),
        ("17:30~19:30", True, [("17:30", "19:30")]),
        ("0.22916666666666666", False, [("05:30", "")]),
        ("5:30-7:30，17:30-19:30", False, [("05:30", "07:30"), ("17:30", "19:30")]),
        ("早5:30-7:30；晚5:30-7:30", False, [("05:30", "07:30"), ("17:30", "19:30")]),
        ("上午5:30至7:30、下午5:30至7:30", False, [("05:30", "07:30"), ("17:30", "19:30")]),
        ("随时", False, []),
    ],
)
def test_spans_of_time(text, late, spans):
    assert parse_spans(text, late) == spans


@given(st.text(alphabet="0123456789:：点半-—~早晚下午.，、 ", max_size=30), st.booleans())
def test_any_text_gives_real_times_of_day(text, late):
    for start, end in parse_spans(text, late):
        for clock in filter(None, (start, end)):
            assert 0 <= int(clock[:2]) <= 24
            assert 0 <= int(clock[3:]) <= 59


def shown(village):
    return {
        post.name: [(slot.name, slot.start, dict(slot.seats), len(slot.weekdays)) for slot in post.slots]
        for post in village.posts
    }


def test_one_column_of_hours_and_columns_of_seats(tmp_path):
    book = """
# 投放点
点位名称|具体位置|开放时间|每班人数|志愿人数|有偿人数|开放日
1|村口|早上5:30-7:30，晚上5:30-7:30|2|1|1|每天
2号点|桥头|5点半至7点半、17点半至19点半|3|1||周一至周五
3号点|河边|5：30—7：30|一人||2|
"""
    assert shown(read(xlsx(tmp_path / "a.xlsx", book))) == {
        "1号点": [
            ("早", "05:30", {"volunteer": 1, "paid": 1}, 7),
            ("晚", "17:30", {"volunteer": 1, "paid": 1}, 7),
        ],
        "2号点": [
            ("早", "05:30", {"duty": 2, "volunteer": 1}, 5),
            ("晚", "17:30", {"duty": 2, "volunteer": 1}, 5),
        ],
        "3号点": [("早", "05:30", {"paid": 2}, 7)],
    }


def test_one_row_a_slot(tmp_path):
    book = """
# 投放点
投放点|班次|开始时间|结束时间|人数|性质
A点|早班|5:30|7:30|1|义务
A点|晚班|5:30|7:30|2|志愿
B点|早班|5:30|7:30|1|有偿
"""
    assert shown(read(xlsx(tmp_path / "a.xlsx", book))) == {
        "A点": [("早", "05:30", {"duty": 1}, 7), ("晚", "17:30", {"volunteer": 2}, 7)],
        "B点": [("早", "05:30", {"paid": 1}, 7)],
    }


def test_a_header_of_two_rows_and_times_not_said(tmp_path):
    book = """
# 点位
名称|地址|值班时间||每班~人数
||早|晚|
1号点|村口|√|05:30|1
2号点|桥头|天亮|不开|2
3号点|河边|||2
"""
    village = read(xlsx(tmp_path / "a.xlsx", book, {"点位": ["C1:D1", "A1:A2", "B1:B2", "E1:E2"]}))
    assert shown(village) == {
        "1号点": [("早", "", {"duty": 1}, 7), ("晚", "17:30", {"duty": 1}, 7)],
        "2号点": [("早", "", {"duty": 2}, 7)],
        "3号点": [],
    }
    assert [code for code in codes(village) if code.startswith("point")] == [
        "point-no-slots",
        "point-time-unread",
    ]
