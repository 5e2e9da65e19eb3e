"""Write the book a village fills in: the columns the reader knows best, drop-downs, notes, an example."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.kernel.sheets.template import Field, Page, write_pages
from heli.people.rules import FORCES

YES_NO = ("是", "否")
GROUPS = tuple(f"{number}组" for number in range(1, 13))
KINDS = ("义务", "志愿", "有偿")


HOUSEHOLDS = (
    Field("序号", 6, number=True),
    Field("组别", 9, _("第几组，例如 1组。没有就空着。"), GROUPS),
    Field("门牌号", 18, _("路名加门牌号，例如 上宅弄12-2号。")),
    Field("户主", 12),
    Field("家庭人口", 10, number=True),
    Field("是否出租", 10, _("选是或否。"), YES_NO),
    Field("租住人数", 10, number=True),
    Field("亲属网格员", 14, _("网格员里有亲戚的，写他的姓名。")),
    Field("意向网格员", 14, _("希望由谁联系，写他的姓名。")),
    Field("备注", 26, _("没人住的房子写“空房”，就不用联系。")),
)
MEMBERS = (
    Field("序号", 6, number=True),
    Field("姓名", 12),
    Field("性别", 7, "", ("男", "女")),
    Field("队伍", 14, _("属于哪支队伍，可以自己写。"), FORCES),
    Field("年龄", 8, number=True),
    Field("住址", 18, _("和农户表里的门牌号写法一样。")),
    Field("手机号", 15, _("只给村里自己用：不会读进两张表。")),
    Field("不便时间", 22, _("例如：周一、周二；早班不便；周六日；每月逢五；在外务工，周末回村。")),
    Field("是否组长", 10, _("每天一组，组长写是。"), YES_NO),
    Field("免值原因", 16, _("不参加的写原因，例如 因病免；参加的空着。")),
    Field("备注", 30, _("例如：亲属：张三；愿联系上宅弄3号、上宅弄4号；与李四同班；愿值早班。")),
)
POINTS = (
    Field("投放点", 14),
    Field("位置", 18),
    Field("早", 14, _("写时间，例如 05:30-07:30；不开就空着。")),
    Field("晚", 14, _("写时间，例如 17:30-19:30；不开就空着。")),
    Field("每班人数", 10, number=True),
    Field("性质", 10, _("义务、志愿或有偿；不写就是义务。"), KINDS),
    Field("开放日", 18, _("例如 每天、周一至周五；不写就是每天。")),
)
EXAMPLE: dict[str, tuple[tuple[str | int, ...], ...]] = {
    "农户": (
        (1, "1组", "上宅弄1号", "陈一鸣", 3, "否", "", "", "", ""),
        (2, "1组", "上宅弄2号", "林小青", 4, "是", 6, "", "周正", ""),
        (3, "1组", "上宅弄3-1号", "王大川", 2, "否", "", "", "", "独居老人"),
        (4, "1组", "上宅弄3-2号", "何春燕", 5, "否", "", "", "", ""),
        (5, "1组", "上宅弄4号", "郑家栋", 3, "是", 2, "", "", "沿街店面"),
        (6, "1组", "上宅弄5号", "徐桂花", 1, "否", "", "", "", "长期外出"),
        (7, "2组", "溪沿5号", "赵春生", 5, "否", "", "吴兰", "", ""),
        (8, "2组", "溪沿6号", "钱有余", 1, "否", "", "", "", "空房"),
        (9, "2组", "溪沿7号", "孙宝琴", 4, "是", 3, "", "", ""),
        (10, "2组", "溪沿8号", "胡国良", 6, "否", "", "", "", ""),
        (11, "2组", "溪沿9号", "朱爱莲", 2, "否", "", "", "", ""),
        (12, "2组", "溪沿10号", "高小军", 4, "是", 8, "", "", ""),
    ),
    "网格员": (
        (1, "周正", "男", "村四委干部", 52, "上宅弄1号", "", "周一、周二", "是", "", ""),
        (2, "吴兰", "女", "村妇联", 41, "溪沿5号", "", "早班不便", "", "", "亲属：赵春生"),
        (3, "李建新", "男", "党员", 66, "溪沿9号", "", "", "是", "", "愿联系溪沿10号、溪沿8号"),
        (4, "章美", "女", "村民代表", 38, "上宅弄4号", "", "在外务工，周末回村", "", "", ""),
        (5, "方德", "男", "护村队", 73, "溪沿7号", "", "", "", "因病免", ""),
    ),
    "投放点": (
        ("1号点", "村口", "05:30-07:30", "17:30-19:30", 1, "义务", "每天"),
        ("2号点", "桥头", "05:30-07:30", "17:30-19:30", 1, "志愿", "每天"),
    ),
}


PAGES = tuple(
    Page(name, fields, EXAMPLE[name])
    for name, fields in (("农户", HOUSEHOLDS), ("网格员", MEMBERS), ("投放点", POINTS))
)
"""The book to fill in, with its example."""


def write_template(path: Path, example: bool) -> None:
    """Write the book to fill in, empty or with an invented village's rows.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    write_pages(path, PAGES if example else [page.empty for page in PAGES])
