"""House numbers taken apart, and how far apart they are without coordinates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.grids.rules import (
    NO_NUMBER,
    OTHER_GROUP,
    OTHER_LANE,
    Address,
    Household,
    needs_link,
    parse_address,
    step_matrix,
    steps,
)

WRITTEN = {
    "青溪路２５号": ("青溪路", 25, 0),
    "上宅弄12-2号": ("上宅弄", 12, 2),
    "上宅弄十二号": ("上宅弄", 12, 0),
    "塘沿路 12 号 之 3": ("塘沿路", 12, 3),
    "12号之2": ("", 12, 2),
    "12之一": ("", 12, 1),
    "王家12号附1号": ("王家", 12, 1),
    "十二号": ("", 12, 0),
    "新村一区 3幢2单元501": ("新村一区", 3, 20501),
    "新村一区29号": ("新村一区", 29, 0),
    "幸福里3弄5号": ("幸福里3弄", 5, 0),
    "八一路8号": ("八一路", 8, 0),
    "三村2号": ("三村", 2, 0),
    "3-12": ("", 3, 12),
    "7-1-502": ("", 7, 10502),
    "王家自然村15号": ("王家自然村", 15, 0),
    "上宅12": ("上宅", 12, 0),
    "No.12": ("", 12, 0),
    "第15号": ("", 15, 0),
    "12#": ("", 12, 0),
    "12号A": ("", 12, 901),
    "12号东": ("", 12, 950),
    "12": ("", 12, 0),
    "A区12号": ("A区", 12, 0),
    "浙江省某某县某某镇上宅弄12号": ("上宅弄", 12, 0),
    "青溪路": ("青溪路", 0, 0),
    "": ("", 0, 0),
}


@pytest.mark.parametrize(("text", "parts"), WRITTEN.items())
def test_an_address_is_taken_apart(text, parts):
    address = parse_address(text)
    assert (address.lane, address.number, address.sub) == parts


def test_a_bare_number_takes_the_lane_around_it():
    assert parse_address("12", lane="上宅弄") == parse_address("上宅弄12号")
    assert parse_address("12", lane="上宅弄").text == "上宅弄12号"
    assert parse_address("溪沿5号", lane="上宅弄").lane == "溪沿"


def test_the_village_before_a_lane_is_left_out():
    assert parse_address("青溪村上宅弄12号", village="青溪村") == parse_address("上宅弄12号")


@given(st.text(max_size=30), st.text(max_size=6))
def test_any_text_gives_an_address(text, lane):
    address = parse_address(text, lane)
    assert address.number >= 0
    assert 0 <= address.sub <= 2**60


def at(text):
    return parse_address(text)


def test_the_rule_of_steps():
    assert steps(at("上宅弄1号"), at("上宅弄1号")) == 0
    assert steps(at("上宅弄1-1号"), at("上宅弄1-2号")) == 1
    assert steps(at("上宅弄1号"), at("上宅弄9号"), "1组", "2组") == 8
    assert steps(at("上宅弄"), at("上宅弄9号")) == NO_NUMBER
    assert steps(at("上宅弄1号"), at("下宅弄9号"), "1组", "1组") == OTHER_LANE + 8
    assert steps(at("上宅弄1号"), at("下宅弄90号"), "1组", "1组") == OTHER_LANE + 20
    assert steps(at("上宅弄1号"), at("下宅弄9号"), "1组", "4组") == OTHER_GROUP + 30
    assert steps(at("上宅弄1号"), at("下宅弄9号"), "1组", "40组") == OTHER_GROUP + 100
    assert steps(at("上宅弄1号"), at("下宅弄9号"), "1组", "") == OTHER_GROUP + 10
    assert steps(at("3号"), at("5号"), "1组", "1组") == 2
    assert steps(at("3号"), at("5号"), "1组", "2组") == OTHER_GROUP + 10


places = st.tuples(
    st.builds(
        Address,
        lane=st.sampled_from(["", "上宅弄", "下宅弄", "溪沿"]),
        number=st.integers(0, 60),
        sub=st.integers(0, 2),
        text=st.just(""),
    ),
    st.sampled_from(["", "1组", "2组", "9组", "上宅组", "下宅组"]),
)


@given(st.lists(places, max_size=6), st.lists(places, max_size=6))
def test_the_matrix_is_the_rule(houses, homes):
    matrix = step_matrix(houses, homes)
    assert matrix.shape == (len(houses), len(homes))
    assert matrix.tolist() == [
        [steps(house, home, group, other) for home, other in homes] for house, group in houses
    ]


@given(places, places)
def test_steps_are_symmetric_and_not_negative(one, two):
    there = steps(one[0], two[0], one[1], two[1])
    assert there == steps(two[0], one[0], two[1], one[1])
    assert there >= 0


def test_only_the_books_own_words_take_a_household_out():
    assert needs_link(Household(at("上宅弄1号"), people=0))
    assert not needs_link(Household(at("上宅弄1号"), no_link="空房"))
