"""Invented villages for the demo, the bench and the tests: every name is put together by chance.

The books look as a village really keeps them: a title line, groups, remarks in free words, days that do
not suit. Phone numbers begin with 100, which no real mobile number does.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from heli.kernel.sheets.write import Sheet, write_book

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文"
    "楼应"
)
GIVEN = """
    春梅 秀英 建国 志强 美仙 水根 金凤 国庆 淼淼 爱珍 海燕 思远 子轩 雨桐 佳怡 立新
    卫东 樟法 绿英 福生 晓东 月仙 桂英 彩凤 红卫 梓涵 俊豪 丽娟 玉兰 荣华 宝林 小红
    根法 苏珍 昇平 旻昊 敏 静 磊 勇 超 平 杰 军 洋 艳 霞 刚 明 芳 伟 喆 犇 堃
    燚 翀 玥 䶮
""".split()
LANES = """
    青溪路 上宅弄 下宅弄 塘沿路 新村一区 新村二区 溪沿 祠堂弄 樟树下 井头弄 后山路 桥头
    东塘路 西塘路 南大路 中心街 上陈 下陈 石板弄 水碓路 大塘沿 小学路 黄泥坎 麻车弄
    花园路 油车弄 茶厂路 龙潭路 前园 后园
""".split()
VILLAGES = """
    青溪 兰塘 上宅 下宅 石桥 樟塘 溪口 金山 黄塘 白溪 后陈 前王 大路 东塘 西山 南屏
    北坞 花园 双溪 石井 梅园 竹坞 沙塘 龙潭 凤林 云溪 长塘 新塘 官塘
""".split()
FORCES = ("村四委干部", "党员", "村民代表", "护村队", "村妇联")
HOUSE_REMARKS = (*[""] * 30, *["独居老人", "长期外出", "沿街店面", "五保户"] * 3, "空房")
BUSY = ("", "", "", "", "", "早班不便", "晚班不便", "周一、周二", "周六日", "每月逢五", "在外务工，周末回村")
HOUSES_A_LANE = 37
ORIGIN = (120.05, 28.91)
METRES_A_DEGREE = 111_195.0


Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class InventedSheet:
    """One sheet: its name, a title line above the header, and rows of plain values."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class _House:
    group: int
    lane: str
    number: str
    east: float
    north: float

    @property
    def address(self) -> str:
        return f"{self.lane}{self.number}号"

    def degrees(self) -> tuple[float, float]:
        lat = ORIGIN[1] + self.north / METRES_A_DEGREE
        return round(ORIGIN[0] + self.east / METRES_A_DEGREE / math.cos(math.radians(lat)), 6), round(lat, 6)


def invented_village(
    seed: int, households: int = 290, members: int = 50, points: int = 4, coordinates: bool = False
) -> tuple[InventedSheet, ...]:
    """A village's book as three sheets: households, members, drop points.

    Parameters
    ----------
    seed : int
        The same seed and sizes give the same village.
    households, members, points : int
        How many of each; at least one household per member.
    coordinates : bool
        Whether the households and points carry longitude and latitude.

    Raises
    ------
    ValueError
        When there are more members than households.
    """
    if not 1 <= members <= households or points < 1:
        raise ValueError(f"members: {members} do not fit into {households} households, {points} points")
    chance = random.Random(seed)  # noqa: S311 - invented data, no secret
    village = VILLAGES[seed % len(VILLAGES)] + "村"
    houses = list(_houses(chance, households))
    heads = [_person(chance) for _ in houses]
    homes = sorted(chance.sample(range(households), members))
    chance.shuffle(homes)
    return (
        _household_sheet(chance, village, houses, heads, coordinates),
        _member_sheet(chance, village, houses, heads, homes),
        _point_sheet(houses, points, coordinates),
    )


def _person(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


def _houses(chance: random.Random, count: int) -> Iterator[_House]:
    for i in range(count):
        block, place = divmod(i, HOUSES_A_LANE)
        lane = LANES[block % len(LANES)] + ("" if block < len(LANES) else f"{block // len(LANES) + 1}区")
        number = str(place + 1) + (f"-{chance.randint(1, 3)}" if chance.random() < 0.08 else "")
        row, column = divmod(block, 8)
        yield _House(
            group=block + 1,
            lane=lane,
            number=number,
            east=110.0 * column + chance.uniform(-12, 12),
            north=640.0 * row + 16.0 * place + chance.uniform(-5, 5),
        )


def _household_sheet(
    chance: random.Random, village: str, houses: list[_House], heads: list[str], coordinates: bool
) -> InventedSheet:
    header = ("序号", "组别", "门牌号", "户主姓名", "家庭人口", "是否出租", "租住人数", "备注")
    rows: list[tuple[Cell, ...]] = []
    for i, (house, head) in enumerate(zip(houses, heads, strict=True), start=1):
        remark = chance.choice(HOUSE_REMARKS)
        let = remark != "空房" and chance.random() < 0.25
        tenants = chance.randint(1, 14) if let else None
        row: tuple[Cell, ...] = (
            i,
            f"第{house.group}组",
            house.address,
            head,
            chance.randint(1, 6),
            "是" if let else "否",
            tenants,
            remark,
        )
        rows.append((*row, *house.degrees()) if coordinates else row)
    places = ("经度", "纬度") if coordinates else ()
    return InventedSheet("农户", f"{village}农户登记表", (*header, *places), tuple(rows))


def _member_sheet(
    chance: random.Random, village: str, houses: list[_House], heads: list[str], homes: list[int]
) -> InventedSheet:
    header = ("序号", "姓名", "性别", "队伍", "年龄", "住址", "手机号", "不便时间", "备注")
    rows: list[tuple[Cell, ...]] = []
    for i, home in enumerate(homes):
        neighbours = houses[home + 1 : home + 3]
        remark = chance.choices(
            (
                "",
                f"亲属：{chance.choice(heads)}",
                "愿联系" + "、".join(h.address for h in neighbours) if neighbours else "",
                "组长",
            ),
            (70, 12, 12, 6),
        )[0]
        rows.append(
            (
                i + 1,
                heads[home],
                chance.choice("男女"),
                FORCES[i * len(FORCES) // len(homes)],
                chance.randint(26, 72),
                houses[home].address,
                f"100{chance.randrange(10**8):08d}",
                chance.choice(BUSY),
                remark,
            )
        )
    return InventedSheet("网格员", f"{village}网格员名单（{len(homes)}人）", header, tuple(rows))


def _point_sheet(houses: list[_House], points: int, coordinates: bool) -> InventedSheet:
    header = ("投放点", "位置", "早", "晚", "每班人数", *(("经度", "纬度") if coordinates else ()))
    rows: list[tuple[Cell, ...]] = []
    for i in range(points):
        house = houses[(2 * i + 1) * len(houses) // (2 * points)]
        row: tuple[Cell, ...] = (f"{i + 1}号点", f"{house.lane}口", "05:30-07:30", "17:30-19:30", 1)
        rows.append((*row, *house.degrees()) if coordinates else row)
    return InventedSheet("投放点", "", header, tuple(rows))


def write_invented(
    book: Path, seed: int, date: datetime.date, households: int = 290, members: int = 50
) -> None:
    """Write an invented village (see :func:`invented_village`) as an Excel book."""
    sheets = [Sheet(s.name, s.header, s.rows) for s in invented_village(seed, households, members)]
    write_book(book, sheets, book.stem, date)
