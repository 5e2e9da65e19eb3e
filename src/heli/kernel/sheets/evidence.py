"""What a column's values look like, whatever its header says: the share of values, from 0 to 1, that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from heli.kernel.lib.text import NUMERAL, fold, join_han

Evidence = Callable[[Sequence[str]], float]

_HOUSE = re.compile(
    rf"(\d|{NUMERAL})+(号|幢|栋|室|弄|单元|之|[-#a-z])|[路弄街巷区里村沿园苑坊道桥](\d|{NUMERAL})+$", re.I
)
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,4}$|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff]{1,8}$")
_NOT_NAMES = re.compile(
    r"是|否|[男女无]$|有[无空]|备注|党员|干部|代表|妇联|周[一二三四五六日天末]$|星期|(?<!^)[班组村路弄街巷号]|空房|外出|老人|户|店|"
    r"人$|点$"
)
_LANE = re.compile(r"[\u3400-\u9fff\d]{1,9}[路弄街巷坊浜里区]$")
_PHONE = re.compile(r"\+?(86)?1\d{10}$|0\d{2,3}\d{7,8}$")
_IDENTITY = re.compile(r"\d{17}[\dx]$", re.I)
HEADS = frozenset(("户主", "本人", "户主本人", "本人或户主", "本人(户主)", "户主(本人)", "家长"))
"""What a list of persons writes beside the head of a household."""
_RELATION = re.compile(
    r"(本人(或户主|\(户主\))?|户主(本人|\(本人\))?|家长|[之其]?(配偶|妻子?|丈?夫|爱人|老婆|老公)"
    r"|([长次三四五六独大小二]|独生|养|继)?(子|儿子?|女儿?)|(儿|孙)?媳妇?|(孙)?女?婿|曾?外?孙[子女]?|(祖|岳|公|婆|爷|奶|外|养|继)?[父母](亲)?"
    r"|公公|婆婆|爷爷|奶奶|外公|外婆|[兄弟姐妹哥嫂](弟|姐|妹|哥|媳|夫|嫂)?|侄.?|外?甥.?|其他(亲属)?|非亲属|家属)"
)
_SAMPLE = re.compile(
    r"[(\[]?(填写|填表|填报|录入)?(示例|样例|范例|例子|举例|样本|范本|例)(行|数据)?[)\]]?[:]?\d?"
    r"|.*(填写|填表|填报|录入)(示例|样例|范例).*|.*(示例|样例|范例)[,;]?(请勿|勿|请)?(删|填|改).*|.+\((示例|样例|范例|例)\)"
)
"""What marks a row as an example of how to fill the table in."""
_MAY_BE_EXAMPLE = re.compile("[例样范本填选()\\[\\]]")
_HINT = re.compile(
    r"填.*|\(.*\)|\[.*\]|\*?(必填|选填|可不填|可空|非必填|必填项|选填项)|(如|例如|例|比如|格式|示例|单位|说明)[:].*"
    r"|(请|按|从)?(下拉|列表)(框)?(中)?(选择|选取)?|请(填|选|输).*|(文本|数字|日期)(格式|型)?|必须填.*|按.*填写?"
)
"""What a row under the header says that tells how to fill the columns in."""
_TIMES = re.compile(r"\d{1,2}[:点时]")


def fitting(test: Callable[[str], object]) -> Evidence:
    """The evidence that asks one question of every value."""

    def share(values: Sequence[str]) -> float:
        return sum(bool(test(value)) for value in values) / len(values) if values else 0.0

    return share


def is_house(text: str) -> bool:
    """A house number with or without its lane: ``上宅弄12-2号``, ``3幢2单元501``."""
    return len(text) <= 40 and _HOUSE.search(fold(text)) is not None


def is_name(text: str) -> bool:
    """A Chinese person's name by its form."""
    name = join_han(text)
    return _NAME.match(name) is not None and _NOT_NAMES.search(name) is None


def is_times(text: str) -> bool:
    """A time of day or a span of them: ``5:30-7:30``, ``5点半``."""
    return len(text) <= 40 and _TIMES.search(fold(text)) is not None


def is_example(texts: Iterable[str]) -> bool:
    """Whether a row shows how to fill the table in, or gives hints under its header."""
    said = [fold(text) for text in texts]
    if not any(map(_MAY_BE_EXAMPLE.search, said)):
        return False
    if any(_SAMPLE.fullmatch(text) for text in said if len(text) <= 40):
        return True
    return len(said) > 1 and all(_HINT.fullmatch(text) for text in said)


def is_lane(text: str) -> bool:
    """The name of a lane by its end, without a house number: ``东湖一弄``, ``沿江中路``."""
    return _LANE.match(join_han(text)) is not None


def relations(values: Sequence[str]) -> float:
    """The share of values that say who somebody is to the head of the household; heads must be among them."""
    said = [fold(text) for text in values]
    return fitting(_RELATION.fullmatch)(said) if any(text in HEADS for text in said) else 0.0


houses = fitting(is_house)
lanes = fitting(is_lane)
names = fitting(is_name)
times = fitting(is_times)
phones = fitting(lambda text: _PHONE.match(re.sub(r"[- ]", "", text)))
identities = fitting(lambda text: _IDENTITY.match(text.replace(" ", "")))
