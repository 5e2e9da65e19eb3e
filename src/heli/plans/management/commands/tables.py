"""``heli tables BOOK -o OUT``: one village's book in, the two tables out."""

from __future__ import annotations

import argparse
import datetime
import os
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from heli.kernel.lib.console import LANGUAGES, HeliCommand, whole
from heli.kernel.lib.fields import day_of
from heli.plans.rules import Options
from heli.plans.tasks import Job, Outcome, make_all

MODES = ("groups", "rotation", "relay")


class Words(TypedDict):
    """The words of the command line, parsed."""

    books: list[Path]
    out: Path
    names: str
    contact: str
    pins: Path | None
    previous: Path | None
    history: list[Path]
    low: int | None
    high: int | None
    exempt_age: int | None
    mode: str
    weeks: int
    date: datetime.date | None
    seed: int
    time: float
    processes: int | None
    lang: str


class Command(HeliCommand):
    """See the module."""

    help = "读一个村的 Excel，排出网格划分表和每周值班表 / one village's book in, the two tables out"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        _add_files(parser)
        _add_rules(parser)
        self.add_language(parser)
        parser.add_argument("--processes", type=whole(1), help="几个村同时算 / villages at a time")

    def handle(self, *_args: object, **words: Unpack[Words]) -> None:
        """Make the tables, say what came out, end with 2 when a book gave none."""
        translation.activate(LANGUAGES[words["lang"]])
        jobs = _jobs(words)
        failed = []
        for job, outcome in zip(jobs, make_all(jobs, _processes(words, len(jobs))), strict=True):
            self._say(outcome)
            if outcome.error:
                failed.append(f"{job.book}: {outcome.error}" if len(jobs) > 1 else outcome.error)
        if failed:
            raise CommandError("\n".join(failed), returncode=2)

    def _say(self, outcome: Outcome) -> None:
        for line in outcome.lines:
            self.stdout.write(line)


def _add_files(parser: CommandParser) -> None:
    add = parser.add_argument
    book = "一个村的文件，或放着几个文件的文件夹 / a village's book, or the folder of its files"
    add("books", nargs="+", type=Path, metavar="BOOK", help=book)
    add("-o", "--out", type=Path, required=True, help="写到哪个文件夹 / folder to write to")
    names = "文件名用英文或中文 / file names in English or Chinese"
    add("--names", choices=("code", "zh"), default="code", help=names)
    contact = "有变动找谁，印在每张表上，如 村妇联林主任 / whom to ask, on every sheet"
    add("--contact", default="", metavar="TEXT", help=contact)
    pins = "已定住的：门牌号+网格员，或星期+班次+投放点+姓名 / what is decided already"
    add("--pins", type=Path, help=pins)
    add("--previous", type=Path, help="上次的 plan.json：改动最少 / the last plan.json: fewest changes")
    history = "以前的 plan.json：轮流时算上排过的班 / earlier plan.json: turns stood before count"
    add("--history", type=Path, nargs="+", default=[], metavar="PLAN", help=history)


def _add_rules(parser: CommandParser) -> None:
    add = parser.add_argument
    add("--low", type=whole(0), help="每人最少几户（默认 5）/ fewest households a member (default 5)")
    add("--high", type=whole(1), help="每人最多几户（默认 6）/ most households a member (default 6)")
    add("--exempt-age", type=whole(1), help="满几岁免 / members of this age and above are exempt")
    mode = "分组（默认）、轮流、接力 / day groups (default), rotation, relay by time of day"
    add("--mode", choices=MODES, default="groups", help=mode)
    add("--weeks", type=whole(1), default=1, help="排几周（轮流、接力）/ weeks (rotation, relay)")
    day = "表上的日期，如 2026-11-22（默认今天）/ date on the tables (default today)"
    add("--date", type=date, help=day)
    add("--seed", type=whole(0, 2**31 - 1), default=0, help="同样的数得同样的表 / same seed, same plan")
    add("--time", type=seconds, default=10.0, help="每张表最多算几秒（默认 10）/ seconds for each table")


def date(text: str) -> datetime.date:
    """A day as YYYY-MM-DD."""
    day = day_of(text)
    if day is None:
        raise argparse.ArgumentTypeError(_("“%(text)s”不是 2026-11-22 这样的日期") % {"text": text})
    return day


def seconds(text: str) -> float:
    """A parser of a positive, finite number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(_("“%(text)s”不是大于 0 的秒数") % {"text": text})
    return value


def _jobs(words: Words) -> list[Job]:
    """One job for every book; several books get a folder each, named after the book."""
    if words["low"] is not None and words["high"] is not None and words["low"] > words["high"]:
        raise CommandError(_("--low 比 --high 大：请改成不大于 --high 的数。"), returncode=2)
    options = Options(
        date=words["date"] or datetime.date.today(),
        low=words["low"],
        high=words["high"],
        mode=words["mode"],
        weeks=words["weeks"],
        seed=words["seed"],
        seconds=words["time"],
        exempt_age=words["exempt_age"],
        contact=words["contact"].strip(),
    )
    books = words["books"]
    outs = [words["out"]] if len(books) == 1 else [words["out"] / name for name in _folders(books)]
    history = tuple(words["history"])
    return [
        Job(
            book,
            out,
            options,
            pins=words["pins"],
            previous=words["previous"],
            history=history,
            names=words["names"],
            language=LANGUAGES[words["lang"]],
        )
        for book, out in zip(books, outs, strict=True)
    ]


def _folders(books: list[Path]) -> list[str]:
    """A folder name for every book: its stem; books of the same stem are numbered."""
    names: list[str] = []
    for book in books:
        name, number = book.stem, 2
        while name in names:
            name, number = f"{book.stem}-{number}", number + 1
        names.append(name)
    return names


def _processes(words: Words, jobs: int) -> int:
    return min(jobs, words["processes"] or os.cpu_count() or 1)
