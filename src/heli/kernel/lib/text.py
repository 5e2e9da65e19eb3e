"""Text as people type it, made comparable: widths, spaces, Chinese numerals, digits to keep private."""

from __future__ import annotations

import re
from functools import lru_cache

_WIDE = "".join(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
_NARROW = "".join(chr(ord(char) - 0xFEE0) for char in _WIDE)
_INVISIBLE = [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0x00AD, *range(0x00, 0x09)]
_CLEAN = {**str.maketrans(_WIDE + "\u3000\u00a0", _NARROW + "  "), **dict.fromkeys(_INVISIBLE)}
_SIGNS = str.maketrans("－．＋％＃＊＿﹣‐‑‒–—−／", "-.+%#*_-------/")
_PUNCTUATION = str.maketrans("（）［］｛｝【】：；，。！？＜＞《》＝～〜•", "()[]{}[]:;,.!?<><>=~~·")
_SIMPLER = str.maketrans(
    "門牌號碼戶組長電話證聯繫絡員網點備註經緯隊齡時間類職務業數將貧產屬親無給開關東馬龍黨團婦會誌願償義體幹"
    "別週禮縣鄉鎮區樓棟幢層單詳細總計歲農舊責劃機鋪倉場頭來與遠節熱後現實際內專醫兒學請縂彙鄰廠辦",
    "门牌号码户组长电话证联系络员网点备注经纬队龄时间类职务业数将贫产属亲无给开关东马龙党团妇会志愿偿义体干"
    "别周礼县乡镇区楼栋幢层单详细总计岁农旧责划机铺仓场头来与远节热后现实际内专医儿学请总汇邻厂办",
)
_FOLD = {**_SIGNS, **_PUNCTUATION, **_SIMPLER}
_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]"
_SPACES = re.compile(r"\s+")
_ODD = re.compile(r"[^\x21-\x7e\u4e00-\u9fff]")
_DOTS = re.compile(rf"(?<={_HAN}) *[•・‧∙⋅･] *(?={_HAN})")
_AROUND_HAN = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_PRIVATE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]\d{4}[- ]\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|\d{7,}[Xx]?"
)
_FRACTION = re.compile(r"0\.\d+")
MASK = "***"
"""What stands for a phone or ID."""
_DIGITS = dict(
    zip(
        "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖",
        (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, *range(1, 10)),
        strict=True,
    )
)
MOST_DIGITS = 9
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL = "[" + "".join(_DIGITS) + "".join(_TENS) + "廿卅]"
"""A character class of Chinese numerals."""


@lru_cache(maxsize=100_000)
def clean(text: str) -> str:
    """Half-width digits and letters, no invisible characters, single spaces, none at the ends."""
    if not _ODD.search(text):
        return text
    return _SPACES.sub(" ", text.translate(_CLEAN)).strip()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """The form for comparing: clean, ASCII signs, common traditional characters simplified, lower case."""
    return _SPACES.sub("", clean(text).translate(_FOLD)).lower()


@lru_cache(maxsize=100_000)
def join_han(text: str) -> str:
    """Clean, without spaces between Chinese characters (``贾　芳`` is ``贾芳``), one dot for all dots."""
    return _AROUND_HAN.sub("", _DOTS.sub("·", clean(text)))


def numeral(text: str) -> int | None:
    """The whole number that digits or Chinese numerals say (``12``, ``十二``, ``廿三``); else None.

    What is longer than :data:`MOST_DIGITS` is no number: neither a database nor an array could hold it.
    """
    if len(text) > MOST_DIGITS:
        return None
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text or any(char not in _DIGITS and char not in _TENS for char in text):
        return None
    if not any(char in _TENS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
    return total + (digit or 0)


def without_private(text: str) -> str:
    """The text with every phone, ID or other run of seven and more digits masked; a fraction of one stays."""
    return text if len(text) < 7 or _FRACTION.fullmatch(text) else _PRIVATE.sub(MASK, text)
