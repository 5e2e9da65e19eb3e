"""An invented zone: villages planned from invented books, firms, and the people who came to work there.

Nothing here is written to a database; ``filling`` does that.
"""

from __future__ import annotations

import csv
import datetime
import os
import random
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from heli.demo.invented import VILLAGES, invented_village
from heli.duties.commands import NewTurn
from heli.duties.queries import RosterTable
from heli.duties.rules import SeatKind
from heli.grids.queries import DivisionTable
from heli.plans.queries import Plan, division_table, roster_table
from heli.plans.rules import Options, Village
from heli.plans.tasks import Job, make_plan, side_by_side
from heli.plans.turns.work import seat_rows

BRANDS = "恒鑫瑞宏嘉禾博雅锦绣华盛天泽永丰万和同兴百川启明德信安泰双喜金穗银河星海春晖秋实"
TRADES = """
    针织 袜业 服饰 饰品 玩具 箱包 五金 塑胶 印刷 包装 电子 机械 家具 文具 日用品 工艺品 化妆品 食品 物流 拉链
""".split()
HOUSEHOLDS_A_MEMBER = 6.2
CONTACT = "有变动请找村妇联"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a zone is: the households of all villages, people to a household, workers from outside."""

    villages: int
    households: int
    people: int
    firms: int
    workers: int


DEMO = Size(villages=29, households=9_500, people=3, firms=1_300, workers=130_000)
SMALL = Size(villages=3, households=120, people=3, firms=12, workers=1_200)


@dataclass(frozen=True, slots=True)
class Order:
    """A village to invent and to plan; the tables hold from ``monday``."""

    number: int
    seed: int
    households: int
    monday: datetime.date


@dataclass(frozen=True, slots=True)
class Planned:
    """A village with its two tables. ``links`` are household → member, by row of ``village``.

    Turns hold the member as a row too, as :func:`row_key`.
    """

    village: Village
    division: DivisionTable
    roster: RosterTable
    links: dict[int, int]
    turns: tuple[NewTurn, ...]


@dataclass(frozen=True, slots=True)
class Workers:
    """So many people from outside at an address in a village (by number), employed by a firm (by number)."""

    village: int
    address: str
    firm: int | None
    people: int


def plan_villages(size: Size, seed: int, monday: datetime.date) -> Iterator[Planned]:
    """Every village, in order; planned side by side, the outcome does not depend on how many at once."""
    chance = random.Random(seed)  # noqa: S311 - invented data, no secret
    counts = split(chance, size.households, size.villages, spread=0.25)
    orders = [
        Order(number, seed * len(VILLAGES) + number, count, monday) for number, count in enumerate(counts)
    ]
    cores = min(os.cpu_count() or 1, len(orders))
    return side_by_side(plan_village, orders, cores if size.households > 1_000 else 1)


def plan_village(order: Order) -> Planned:
    """Invent a village's book, read it and plan it as the command line does."""
    name = f"{VILLAGES[order.number]}村"
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / name
        book.mkdir()
        _write(book, order)
        plan = make_plan(Job(book, book, Options(date=order.monday, seconds=5.0, contact=CONTACT)))
    division, roster = division_table(plan), roster_table(plan)
    if division is None or roster is None:
        raise ValueError(f"village {order.number}: no tables")
    village = replace(plan.village, name=name)
    return Planned(village, division, roster, plan.links(), tuple(turns_of(plan)))


def _write(book: Path, order: Order) -> None:
    """The village's book as a folder of CSV files, which are written and read in a third of Excel's time."""
    members = round(order.households / HOUSEHOLDS_A_MEMBER)
    sheets = invented_village(order.seed, order.households, members, coordinates=order.number % 2 == 0)
    for sheet in sheets:
        with (book / f"{sheet.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[sheet.title], sheet.header, *sheet.rows])


def turns_of(plan: Plan) -> Iterator[NewTurn]:
    """Every seat of a planned roster; ``member`` is the row of the village, as :func:`row_key`."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return
    for seat in seat_rows(plan.roster, problem, made):
        post = plan.village.posts[seat.post]
        slot = next(slot for slot in post.slots if slot.name == seat.slot)
        yield NewTurn(
            week=seat.week,
            weekday=seat.weekday,
            slot=seat.slot,
            start=slot.start,
            end=slot.end,
            post=post.name,
            where=post.where,
            kind=SeatKind(seat.kind),
            member=None if seat.member is None else row_key(seat.member),
        )


def row_key(row: int) -> uuid.UUID:
    """A stand-in for the key of a row that has none yet."""
    return uuid.UUID(int=row)


def split(chance: random.Random, total: int, parts: int, spread: float) -> list[int]:
    """``total`` in ``parts`` whole numbers that differ by about ``spread`` from the mean, none below 1."""
    weights = [max(0.05, chance.gauss(1.0, spread)) for _ in range(parts)]
    spare = total - parts
    counts = [1 + int(spare * weight / sum(weights)) for weight in weights]
    for at in range(total - sum(counts)):
        counts[at % parts] += 1
    return counts


def people_of(chance: random.Random, village: Village, residents: int) -> list[int]:
    """How many live in each household, ``residents`` in all: nobody in an empty house, at least one else."""
    counts = [0 if house.no_link else chance.randint(1, 6) for house in village.households]
    lived = [at for at, people in enumerate(counts) if people]
    short = residents - sum(counts)
    step = 1 if short > 0 else -1
    while short:
        at = chance.choice(lived)
        if 1 <= counts[at] + step <= 9:
            counts[at] += step
            short -= step
    return counts


def firm_names(chance: random.Random, count: int) -> list[str]:
    """So many names, no two alike."""
    names: dict[str, None] = {}
    while len(names) < count:
        brand = chance.choice(BRANDS) + chance.choice(BRANDS)
        names[f"{chance.choice(VILLAGES)}{brand}{chance.choice(TRADES)}有限公司"] = None
    return list(names)


def tenants_of(chance: random.Random, number: int, village: Village, firms: int) -> list[Workers]:
    """The people from outside in a village's let houses, by one or two employers or unknown."""
    return [
        Workers(number, house.address.text, firm, people)
        for house in village.households
        for firm, people in _employers(chance, house.tenants or 0, firms)
    ]


def dormitories_of(chance: random.Random, people: int, size: Size) -> list[Workers]:
    """So many people in the firms' own dormitories, a few firms with most of them."""
    weights = [chance.paretovariate(1.3) for _ in range(size.firms)]
    counts = [int(people * weight / sum(weights)) for weight in weights]
    for at in range(people - sum(counts)):
        counts[at % size.firms] += 1
    return [
        Workers(chance.randrange(size.villages), f"{firm + 1}号厂宿舍", firm, count)
        for firm, count in enumerate(counts)
        if count
    ]


def _employers(chance: random.Random, people: int, firms: int) -> Iterator[tuple[int | None, int]]:
    first = chance.randint(1, people) if people else 0
    shares: Counter[int | None] = Counter()
    for count in (first, people - first):
        if count:
            shares[None if chance.random() < 0.08 else chance.randrange(firms)] += count
    yield from shares.items()
