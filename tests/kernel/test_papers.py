"""What every drawn sheet relies on: text is never markup, no blank box, the same input the same bytes."""

import datetime
import os
import re
import subprocess
import sys

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from heli.kernel.lib.text import without_private
from heli.kernel.papers import render
from heli.kernel.papers.glyphs import BREAK, legible, missing_glyphs
from heli.kernel.papers.render import ROOT, DrawingTooLong, pdf
from heli.kernel.papers.words import (
    breakable,
    contact_name,
    date_text,
    ems,
    name_and_home,
    told_apart,
    weekday,
    whom_to_ask,
)


def test_names_with_rare_characters_are_drawn():
    assert missing_glyphs("喆犇堃燚䶮〇·Ａa1") == set()


def test_a_missing_character_is_named_not_left_blank():
    assert missing_glyphs("甲\U0002ebe0") == {"\U0002ebe0"}
    assert legible("甲\U0002ebe0") == "甲〔U+2EBE0〕"


@given(st.text(max_size=12))
def test_what_is_drawn_always_has_glyphs_and_no_control_characters(text):
    drawn = legible(text)
    assert missing_glyphs(drawn) == set()
    assert all(char.isprintable() or char == BREAK for char in drawn)
    assert legible(drawn) == drawn


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=30), st.floats(2, 10))
def test_a_long_word_can_break_and_no_letter_is_lost(text, width):
    broken = breakable(text, width)
    assert broken.replace(BREAK, "") == legible(without_private(text))
    assert all(
        ems(piece) <= max(width, 1.0) or any(char > "\u2e7f" for char in piece)
        for piece in broken.split(BREAK)
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("贾芳（青溪路10号）", ("贾芳", "青溪路10号")),
        ("贾芳", ("贾芳", "")),
        ("（甲）", ("（甲）", "")),
        ("甲（乙）丙", ("甲（乙）丙", "")),
    ],
)
def test_a_unique_name_is_taken_apart(name, parts):
    assert name_and_home(name) == parts


@pytest.mark.parametrize(
    ("names", "homes"),
    [
        (["贾芳（青溪路10号）", "贾芳（祠堂弄4-2号）", "甲"], ["青溪路", "祠堂弄", ""]),
        (["贾芳（青溪路10号）", "贾芳（青溪路4-2号）"], ["10号", "4-2号"]),
        (
            ["贾芳（青溪路1号）", "贾芳（青溪路2号）", "贾芳（后山路1号）"],
            ["青溪路1号", "青溪路2号", "后山路1号"],
        ),
        (["贾芳（党员）", "贾芳（村民代表）"], ["党员", "村民代表"]),
        (["贾芳（青溪路10号）"], ["青溪路10号"]),
    ],
)
def test_people_of_one_name_are_told_apart_by_the_least(names, homes):
    assert [home for _name, home in told_apart(names).values()] == homes


@pytest.mark.parametrize(
    ("contact", "name", "sentence"),
    [
        ("", "", "有变动请告诉村里负责排表的人。"),
        ("有变动请告诉村里负责排表的人", "", "有变动请告诉村里负责排表的人。"),
        ("村妇联林主任", "村妇联林主任", "有变动请找村妇联林主任。"),
        ("有变动请找村妇联", "村妇联", "有变动请找村妇联。"),
        ("换班请先告诉组长", "换班请先告诉组长", "换班请先告诉组长。"),
    ],
)
def test_every_sheet_says_whom_to_ask(contact, name, sentence):
    assert contact_name(contact) == name
    assert whom_to_ask(contact) == sentence


def test_the_forces_have_one_palette_on_paper_and_screen_without_the_accent_and_the_red():
    house = (ROOT / "kernel/papers/house.typ").read_text("utf-8")
    sheet = (ROOT / "kernel/web/static/web/heli.css").read_text("utf-8")
    forces = re.findall("#[0-9a-f]{6}", re.search(r"#let forces = \((.*?)\n\)", house, re.DOTALL)[1])
    shown = [re.search(rf"\.f-{number} {{ --member: (#\w+);", sheet)[1] for number in range(10)]
    assert forces == shown
    assert not {re.search(rf'#let {name} = rgb\("(#\w+)"', house)[1] for name in ("green", "red")} & set(
        forces
    )


def test_dates_and_weekdays_are_written_as_people_write_them():
    assert date_text(datetime.date(2026, 11, 2)) == "2026年11月2日"
    assert [weekday(day) for day in (1, 7)] == ["周一", "周日"]


def test_a_template_that_cannot_take_the_data_fails_loudly():
    template = "grids/templates/grids/print.typ"
    assert (ROOT / template).is_file()
    with pytest.raises(typst.TypstError):
        pdf(template, {}, datetime.date(2026, 11, 22))


FORKED = """
import datetime, os
from django.conf import settings
settings.configure(USE_I18N=False)
from heli.kernel.papers.render import DrawnBeforeFork, pdf
def draw():
    return pdf("grids/templates/grids/print.typ", {}, datetime.date(2026, 11, 22))
import typst
try:
    draw()
except typst.TypstError:
    pass
if os.fork() == 0:
    try:
        draw()
    except DrawnBeforeFork:
        os._exit(7)
    os._exit(1)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_what_takes_too_long_is_given_up_and_the_next_is_drawn(monkeypatch):
    with monkeypatch.context() as impatient:
        impatient.setattr(render, "SECONDS", 0.0)
        with pytest.raises(DrawingTooLong):
            pdf("grids/templates/grids/print.typ", {"rows": ["x"] * 10**6}, datetime.date(2026, 11, 22))
    with pytest.raises(typst.TypstError):
        pdf("grids/templates/grids/print.typ", {}, datetime.date(2026, 11, 22))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_fork_of_a_process_that_has_drawn_refuses_at_once():
    program, sources = [sys.executable, "-c", FORKED], {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    done = subprocess.run(program, env=sources, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "7\n", done.stderr
