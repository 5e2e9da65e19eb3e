"""Sentences of people about their time and about others: read whole, or handed back whole."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.personal_names import split_names
from heli.people.rules import (
    ALWAYS,
    Availability,
    Period,
    availability_from_json,
    availability_to_json,
    availability_words,
    parse_availability,
)
from heli.people.rules.remarks import gathered, read_all, read_member_remark, read_names
from heli.people.rules.sentences import WORDS
from heli.people.rules.times import ANYTIME, Spell, both, outside
from heli.people.rules.words import times_words

BUSY = {
    "晚班和周末不行": "周一至周五晚上、周六、周日不排",
    "周末和晚上都不行": "周一至周五晚上、周六、周日不排",
    "周一/三/五没空": "周一、周三、周五不排",
    "周一.三.五": "周一、周三、周五不排",
    "都可以，周日除外": "周日不排",
    "都可以(周日除外)": "周日不排",
    "都可以，就是周三不行": "周三不排",
    "周三下午除外，随时可以": "周三白天不排",
    "早班优先，晚班也行": "每天白天不排；愿值每天早上",
    "除了周三晚上，其他时间都行": "周三晚上不排",
    "周六周日除外都可以": "周六、周日不排",
    "除周末外都没空": "周一至周五不排",
    "除周三外其余时间不便": "周一、周二、周四至周日不排",
    "除周三外其他时间都可以": "周三不排",
    "什么时间都可以，除周三": "周三不排",
    "周一到周五都不行，除了周三": "周一、周二、周四、周五不排",
    "周一到周五，周三除外": "周一、周二、周四、周五不排",
    "晚上，周日除外": "周一至周六晚上不排",
    "周末除周日下午外都可以": "周日白天、周一至周五不排",
    "周一上午，周二下午，都没空": "周一早上白天、周二白天不排",
    "周一没空、周二没空": "周一、周二不排",
    "周一不方便周二方便": "周一不排",
    "上午不行下午可以": "每天早上不排",
    "早班可以，晚班不行": "每天晚上不排",
    "早晚班都行，中班不行": "每天白天不排",
    "一三五早上不便": "周一、周三、周五早上不排",
    "周二、四、六晚": "周二、周四、周六晚上不排",
    "每逢周三不便": "周三不排",
    "不能排早班": "每天早上不排",
    "别排周一": "周一不排",
    "请勿安排周二晚上": "周二晚上不排",
    "最好不要排早班": "每天早上不排",
    "不愿值晚班": "每天晚上不排",
    "无法参加早班": "每天早上不排",
    "不参加夜班": "每天晚上不排",
    "仅限周末": "周一至周五不排",
    "只有周末才有空": "周一至周五不排",
    "只有周三不行": "周三不排",
    "上班，周末休息": "周一至周五不排",
    "平时不在家，周末回来": "周一至周五不排",
    "长期外出": "所有时间不排",
    "周末有空，其他时间没空": "周一至周五不排",
    "周一、周三、周五早上要送孩子上学": "周一、周三、周五早上不排",
    "白班上班，晚上和周末有空": "周一至周五白天不排",
    "尽量排晚班": "愿值每天晚上",
    "愿值早班，不值晚班": "每天晚上不排；愿值每天早上",
    "周三19:00以后": "周三19:00以后不排",
    "每天接送孩子7:00-8:00": "每天07:00–08:00不排",
    "早上8点以后才有空": "每天08:00以前不排",
    "晚上18点后有空": "每天18:00以前不排",
    "周一至周五8:00-17:00上班": "周一至周五08:00–17:00不排",
    "周三下午三点到五点没空": "周三15:00–17:00不排",
    "周一早6:00—8:00没空": "周一06:00–08:00不排",
    "晚上10点到次日2点没空": "每天22:00以后、每天02:00以前不排",
    "每月5号、15号晚上没空": "每月5、15日晚上不排",
    "每月1-5号不行": "每月1–5日不排",
    "8月1日至8月15日外出": "8月1日至8月15日不排",
    "8月1日至15日周三、周五早上不便": "8月1日至8月15日周三、周五早上不排",
    "8月1日至15日周三早上、周五晚上不便": "8月1日至8月15日周三早上、8月1日至8月15日周五晚上不排",
    "2026年9月1日至9月10日请假": "2026年9月1日至2026年9月10日不排",
    "十月不行": "10月1日至10月31日不排",
    "暑假白天带孙子": "7月1日至8月31日白天不排",
    "冬季早班不便": "12月1日至2月29日早上不排",
}
FREE = {
    "周三下午除外，随时可以": "周三白天不排",
    "晚班和周末可以": "周一至周五早上白天不排",
    "除周日外": "周日不排",
    "周三不行": "周三不排",
    "都可以，周日除外": "周日不排",
    "8:00-17:00": "每天08:00以前、每天17:00以后不排",
    "不要排早班": "每天早上不排",
}
NOT_UNDERSTOOD = """
每周一次 最多每周两次 农历每月15号 每月初一、十五不行 下周一没空 本周不行 单周周三不行 隔天可以
有时周三没空 可能周三没空
周三没空吗 7点以后没空 周三三点到五点没空 节假日不行 周末、节假日不行 国庆期间没空 农忙时不便 下旬没空
不限早晚 没有周三
周五不行晚上 周三不是没空 不是周三没空 周三不行，其他时间没空 2月30日没空 13月不行 25:00以后没空 周三7:30没空
逢五赶集 周一、周二；农忙时 周三晚和周五晚上课 三班倒 看情况 都不行 周三没空就算了 别不排周三
希望早班，不行就晚班 这周三不行 少排早班 周三之前不行 周五晚到周日不行 9月以后不行 第一个周六不行 三天一班
周三早班改晚班
除非周末，否则不行 学期内周一至周五不行
""".split()


@pytest.mark.parametrize(("text", "words"), BUSY.items())
def test_a_sentence_is_said_back(text, words):
    assert availability_words(parse_availability(text)) == words


@pytest.mark.parametrize(("text", "words"), FREE.items())
def test_in_a_column_of_free_times(text, words):
    assert availability_words(parse_availability(text, free=True)) == words


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
@pytest.mark.parametrize("free", [False, True])
def test_what_is_not_understood_whole_is_not_used(text, free):
    assert parse_availability(text, free) == Availability(unread=(text,))


def test_a_verb_alone_is_no_inconvenience():
    assert parse_availability("排晚班").unread
    assert availability_words(parse_availability("排晚班", free=True)) == "每天早上白天不排"


def test_a_refusal_in_the_column_of_wishes_stays_a_refusal():
    assert availability_words(parse_availability("不要早班", wish=True)) == "每天早上不排"
    assert availability_words(parse_availability("早班", wish=True)) == "愿值每天早上"


OUTSIDE = [
    "农历",
    "雨天",
    "隔",
    "双",
    "可能",
    "有时",
    "一次",
    "左右",
    "农忙",
    "初一",
    "轮流",
    "吗",
    "看情况",
    "下下",
    "X",
]
INSIDE = [
    "周一",
    "周三、周五",
    "周末",
    "晚上",
    "早班",
    "不便",
    "没空",
    "可以",
    "除",
    "外",
    "，",
    "和",
    "只有",
    "每天",
    "8:00以后",
    "8月",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(INSIDE), max_size=6), st.sampled_from(OUTSIDE), st.data(), st.booleans())
def test_one_word_from_outside_and_nothing_is_used(words, foreign, data, free):
    at = data.draw(st.integers(0, len(words)))
    text = "".join([*words[:at], foreign, *words[at:]])
    assert parse_availability(text, free) == Availability(unread=(text,))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(INSIDE), max_size=8).map("".join), st.booleans())
def test_any_sentence_of_known_words_is_read_or_handed_back(text, free):
    read = parse_availability(text, free)
    if read.unread:
        assert read == Availability(unread=(text,))
    assert availability_from_json(availability_to_json(read)) == read


@settings(max_examples=200, deadline=None)
@given(st.sets(st.sampled_from(sorted(ALWAYS)), min_size=1).map(frozenset))
def test_what_is_said_back_is_read_as_the_same(times):
    assert parse_availability(f"{times_words(times)}不便").busy == times


def test_no_word_of_the_grammar_is_empty():
    assert all(WORDS.values())


def test_hours_count_against_the_hours_of_a_slot():
    busy = parse_availability("周三19:00以后没空")
    day = datetime.date(2026, 9, 2)  # a Wednesday
    assert busy.rules_out(day, 3, Period.LATE, "17:30", "19:30")
    assert not busy.rules_out(day, 3, Period.LATE, "17:00", "19:00")
    assert not busy.rules_out(day, 4, Period.LATE, "17:30", "19:30")
    assert busy.rules_out(None, 3, Period.LATE, "", "")


def test_an_hour_after_midnight_counts_against_the_night_before():
    busy = parse_availability("周六1:00-5:00没空")
    assert busy.rules_out(None, 5, Period.LATE, "22:00", "02:00")
    assert not busy.rules_out(None, 6, Period.LATE, "22:00", "02:00")


def test_dates_count_on_their_days_and_not_in_a_table_for_every_week():
    busy = parse_availability("12月25日至1月5日外出")
    assert busy.rules_out(datetime.date(2026, 12, 31), 4, Period.EARLY)
    assert busy.rules_out(datetime.date(2027, 1, 5), 2, Period.EARLY)
    assert not busy.rules_out(datetime.date(2027, 1, 6), 3, Period.EARLY)
    assert not busy.rules_out(None, 4, Period.EARLY)
    assert busy.dated


@settings(max_examples=100, deadline=None)
@given(
    st.builds(
        Spell,
        weekdays=st.sets(st.integers(1, 7), min_size=1).map(frozenset),
        periods=st.sets(st.sampled_from(list(Period)), min_size=1).map(frozenset),
        hours=st.sampled_from([(0, 1440), (480, 1020), (0, 480)]),
    ),
    st.integers(1, 7),
    st.sampled_from(list(Period)),
    st.sampled_from([(0, 60), (480, 540), (1000, 1020), (1380, 1440)]),
)
def test_a_spell_and_what_lies_outside_of_it_are_all_time(spell, weekday, period, hours):
    inside = spell.meets(None, weekday, period, hours)
    around = any(part.meets(None, weekday, period, hours) for part in outside((spell,)))
    assert inside != around
    assert both(ANYTIME, (spell,)) == (spell,)


KNOWN = frozenset("谢长庚 阮立新 卞文娟 樊小勇 员甲 李和平 周永和 傅建和 石头".split())
HOUSEHOLD = {
    "不希望由阮立新联系": "refused 阮立新",
    "不愿意由卞文娟联系": "refused 卞文娟",
    "希望不是阮立新联系": "refused 阮立新",
    "不想让樊小勇管": "refused 樊小勇",
    "别让石头来管": "refused 石头",
    "阮立新除外都可以": "refused 阮立新",
    "除阮立新外都可以": "refused 阮立新",
    "谁都可以，阮立新除外": "refused 阮立新",
    "由谁联系都行，就是不要阮立新": None,
    "与阮立新有矛盾": "refused 阮立新",
    "阮立新不行": "refused 阮立新",
    "非亲属阮立新": "not_kin 阮立新",
    "与阮立新无亲属关系": "not_kin 阮立新",
    "亲属：阮立新（已断绝来往）": None,
    "亲属傅建和": "kin 傅建和",
    "阮立新是我表哥": "kin 阮立新",
    "希望由傅建和联系": "wishes 傅建和",
    "希望由阮立新和卞文娟联系": "wishes 阮立新 卞文娟",
    "希望由村里安排联系": None,
    "不反对阮立新联系": None,
    "不是不希望由阮立新联系": None,
    "希望由阮立新联系，不要阮立新": None,
}
MEMBER = {
    "不愿与阮立新一组": "apart 阮立新",
    "不想和卞文娟搭班": "apart 卞文娟",
    "不要跟樊小勇同班": "apart 樊小勇",
    "与阮立新不能同组": "apart 阮立新",
    "希望不和阮立新一班": "apart 阮立新",
    "与员甲错开": "apart 员甲",
    "不愿联系前街2号": "refused 前街2号",
    "不愿意联系后街3号、4号": "refused 后街3号 后街4号",
    "不愿联系谢长庚": "refused 谢长庚",
    "愿联系前街2号和3号": "wishes 前街2号 前街3号",
    "与樊小勇和阮立新同班": "partners 樊小勇 阮立新",
    "非亲属谢长庚": "not_kin 谢长庚",
    "不联系亲戚家": None,
}


@pytest.mark.parametrize(
    ("side", "text", "said"),
    [
        *(("household", *each) for each in HOUSEHOLD.items()),
        *(("member", *each) for each in MEMBER.items()),
    ],
)
def test_what_is_said_of_others(side, text, said):
    try:
        found = read_all(text, side, KNOWN)
        read = [f"{kind} {' '.join(names)}" for kind, names in found]
        gathered(found)
    except Unread:
        read = None
    assert read == (None if said is None else [said])


ODD = ["听说", "的朋友", "（已故）", "，已断绝来往", "也许", "以外的人", "好像", "曾", "？", "X"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [("household", text) for text, said in HOUSEHOLD.items() if said]
        + [("member", text) for text, said in MEMBER.items() if said]
    ),
    st.sampled_from(ODD),
    st.booleans(),
)
def test_a_word_from_outside_beside_a_sentence_about_others_and_nothing_is_used(sentence, odd, before):
    side, text = sentence
    with pytest.raises(Unread):
        gathered(read_all(f"{odd}{text}" if before else f"{text}{odd}", side, KNOWN))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李和平", ("李和平",)),
        ("张三和李四", ("张三", "李四")),
        ("李和平和王芳", ("李和平", "王芳")),
        ("周永和和傅建和", ("周永和", "傅建和")),
        ("樊小勇 阮立新", ("樊小勇", "阮立新")),
        ("贾 芳", ("贾芳",)),
        ("欧阳和平", ("欧阳和平",)),
        ("张建及李四", ("张建", "李四")),
    ],
)
def test_a_list_is_cut_only_where_both_sides_are_names(text, names):
    assert split_names(text, KNOWN) == names


@pytest.mark.parametrize(
    "text",
    ["申请免值班", "不同意免值班", "7月免值班", "原组长", "年底退出", "亲属：谢长庚，已故", "免值班一年"],
)
def test_a_remark_that_is_not_understood_whole_says_nothing(text):
    try:
        read = read_member_remark(text, KNOWN)
    except Unread:
        return
    assert (read.exempt, read.leader, dict(read.relations.said)) == ("", False, {})
    assert parse_availability(read.times).unread


def test_a_column_of_names_may_refuse():
    assert read_names("阮立新、卞文娟", "wishes", "household", KNOWN).of("wishes") == ("阮立新", "卞文娟")
    assert read_names("除阮立新外都可以", "wishes", "household", KNOWN).of("refused") == ("阮立新",)
    assert read_names("都可以", "wishes", "household", KNOWN).said == {}
    with pytest.raises(Unread):
        read_names("村里定", "wishes", "household", KNOWN)
