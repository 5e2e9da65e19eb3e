"""Chinese personal names: what may be one, and how a written list of them is cut."""

from __future__ import annotations

import re
from collections.abc import Set

from heli.kernel.lib.text import clean, join_han

_DOUBLE = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 夏侯 司徒 端木 南宫 西门 长孙 宇文 轩辕".split()
_SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢"
    "裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘"
    "厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡"
    "劳姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终"
    "暨居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩厍聂晁勾敖融冷辛阚那简饶空曾毋沙养鞠须丰巢关"
    "蒯相查后荆红游竺权逯盖益桓公付肖闫覃员代楼来泮项占涂岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟仝言"
)
_NOT_SINGLE = frozenset("和时都空家来有年别从单能经干解全公后那相言养通须")
"""Surnames that are far more often another word; a name that begins so must be known."""
_NO_END = "的等们某"
"""王伟的 and 王伟等 are no names but the beginning of more."""
_HARD = re.compile(r"[、,，;；/]+")
_DOT = re.compile(r"(?<=[\u3400-\u9fff])\s*[.．•]\s*(?=[\u3400-\u9fff])")
_SOFT = "和及与跟"
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}|[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)+")


def is_name(text: str, known: Set[str] = frozenset()) -> bool:
    """Whether it is a known name or looks like one: a surname and one or two more characters."""
    if text in known:
        return True
    if not _HAN_NAME.fullmatch(text) or text[-1] in _NO_END:
        return False
    if "·" in text:
        return True
    if text[:2] in _DOUBLE:
        return 3 <= len(text) <= 4
    return text[0] in _SINGLE and text[0] not in _NOT_SINGLE and len(text) <= 3


def split_names(text: str, known: Set[str] = frozenset()) -> tuple[str, ...]:
    """The names of a list such as ``张三、李四`` or ``张三和李四``.

    和, 及, 与, 跟 are parts of names too (李和平): they part two names only where both are known, or look
    like names and the whole does not. A space parts names only where both sides do.
    """
    found: list[str] = []
    for piece in _HARD.split(_DOT.sub("·", clean(text))):
        found += _spaced(piece.strip(), known)
    return tuple(name for name in found if name)


def _spaced(text: str, known: Set[str]) -> list[str]:
    joined = join_han(text)
    parts = text.split(" ")
    if len(parts) > 1 and joined not in known and all(is_name(part, known) for part in parts):
        return parts
    return _joined(joined, known)


def _joined(text: str, known: Set[str]) -> list[str]:
    """The names in a text without commas: known ones, else the whole where it is one, else likely ones."""
    for names in (_cut(text, known, known), [text] if is_name(text, known) else None):
        if names:
            return names
    return _cut(text, known, None) or [text]


def _cut(text: str, known: Set[str], only: Set[str] | None) -> list[str] | None:
    """The text cut at 和 and the like so that every part is a name (one of ``only``); ``None``: in no way."""

    def fits(name: str) -> bool:
        return name in only if only is not None else is_name(name, known)

    if fits(text):
        return [text]
    for at, char in enumerate(text):
        if char in _SOFT and fits(text[:at]):
            rest = _cut(text[at + 1 :], known, only)
            if rest:
                return [text[:at], *rest]
    return None
