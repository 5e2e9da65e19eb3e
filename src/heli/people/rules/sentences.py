"""Read what people write about their time: the whole of it, or nothing.

Grammar, after the words of ``calendar_words``::

    text      = clause { break clause }
    clause    = { statement }
    statement = [except] [only] times [except] [verdict]      in this order or with the verdict first
    times     = pair { joiner pair }
    pair      = dates, weekdays, times of day, hours           each once or in a list, narrowing each other

Weekdays and times of day that stand together narrow each other (周三晚); a joiner between them lists them
(晚班和周末 are all evenings and all weekend). A time in brackets narrows the one word before it (周三（晚）).
A statement without a verdict means what its column means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec.structs import replace

from heli.kernel.lib import calendar_words
from heli.kernel.lib.calendar_words import MIDNIGHT, PERIOD_KINDS, clock, dates, month_days, weekdays
from heli.kernel.lib.lexicon import Lexicon, Unread, Word
from heli.kernel.lib.text import fold
from heli.people.rules.times import (
    ALL_PERIODS,
    ANYTIME,
    NOWHEN,
    Availability,
    Period,
    Region,
    Spell,
    availability_of,
    both,
    outside,
    plain_times,
)

PERIODS = {
    "early_late": frozenset({Period.EARLY, Period.LATE}),
    "am": frozenset({Period.EARLY, Period.DAY}),
    "morning": frozenset({Period.EARLY}),
    "day": frozenset({Period.DAY}),
    "night": frozenset({Period.LATE}),
}
"""What the words for a time of day mean here."""

_SOME = "(?:孩子|小孩|孙子|孙女|外孙|外孙女|娃|老人|父母|母亲|父亲|家人|病人|学生)"
_TO_BE = "(?:来|到|去|值|排|参加|参与|出来|到岗|上岗|安排|值守)?(?:值班|排班|上班|班)?"
WORDS = {
    **calendar_words.PATTERNS,
    "away": "(?:常年|长期|一直|全年)?(?:在外地?|外出)(?:务工|打工|经商|工作|读书|上学|居住)?"
    "|(?:常年|长期|一直|全年)不在(?:村里?|家里?|本地)?|不在(?:村里?|家里?|本地)",
    "no": rf"(?:不|没|无|未|别|勿|莫)(?:太|大)?(?:便|方便|行|可以?|能够?|得|要|用|必|在|排班?|值班?"
    rf"|安排|愿意?|想|"
    rf"肯|空闲?|参加|参与|接受|来|上岗|有空闲?|有时间|有办法|时间|法|暇|空余)(?:{_TO_BE})(?:的)?"
    rf"|(?:请|麻烦)?(?:不要|别|勿){_TO_BE}|请假|避开|回避|没有?空|没法{_TO_BE}|无法{_TO_BE}|忙",
    "why": rf"(?:要|需要?|得|须|都?在)?(?:上班|上课|上学|有事|有课|开会|打工|务工|看店|看病|出差"
    rf"|做生意|跑车|摆摊|加班|"
    rf"去医院|住院|手术|复查|透析|探亲|走亲戚|旅游|采茶|农活|下地|干活|跳舞|带{_SOME}|看{_SOME}"
    rf"|照顾{_SOME}|陪{_SOME}|(?:接|送|接送){_SOME}?(?:上学|放学|上下学)?)",
    "yes": "(?:都|均|全|皆)?(?:有空闲?|有时间|可(?!能)以?|方便|在家|在村|回村|回家|回来|行|能够?"
    "|空闲?|参加|可值|能值|没问题|ok)"
    "(?:来|参加|值班|排班|安排|值|排|的)*",
    "rests": "休息?",
    "want": "愿意?|希望|想要?|优先|喜欢|请排|多排|倾向|偏好|可优先",
    "soft": "最好|尽量|尽可能",
    "only": "只有|只能|仅限?|只可以?|只|才能?",
    "except": "除了?|除去|除开",
    "excepted": "(?:之外|以外|除外|外)",
    "rest": "(?:其他|其它|其余|别的|另外的?)(?:时间|时段|时候|日子|天|班次?)?",
    "fine": "(?:随时|无所谓|随便|无特殊(?:情况|要求)?|暂无|(?:都|均|全部?)(?:可以?|行|方便|有空)"
    "|不限|无限制|无要求|没(?:有)?要求|无不便|没有不便|正常|"
    "(?:服从|听从?)(?:组织|村里)?(?:安排|分配|通知)?|anytime|always|any|none|no(?!t)|随叫随到|ok"
    "|n/?a|没有|无)",
    "verb": "排班?|值班?|上岗|参加|参与|来",
    "break": r"[;。.!\n()\[\]/]+|,",
    "joiner": "[、,/和及与跟]|以及|还有|或者?|加",
    "filler": "上(?=[早中晚白夜]班)|就是|的|都|均|也|我|本人|自己|时候|时间|时段|期间|值守|班次|班|因为?"
    '|由于|所以|去|了|请|全部|每次|谢谢|安排|是|为|在|家里|家中|:|\\+|-+|—+|!|"|“|”',
}
_LEXICON = Lexicon(WORDS)
_TIME_KINDS = frozenset((*calendar_words.PATTERNS,))
_VERDICTS = ("no", "why", "away", "yes", "rests", "want", "fine")

_PLAIN = {"why": "no", "away": "no", "rests": "no"}

_ENGLISH = {
    "monday|mon": "周一",
    "tuesday|tues?": "周二",
    "wednesday|wed": "周三",
    "thursday|thurs?|thu": "周四",
    "friday|fri": "周五",
    "saturday|sat": "周六",
    "sunday|sun": "周日",
    "weekend": "周末",
    "weekday|workday": "工作日",
    "(every ?day|daily)": "每天",
    "(early )?morning|early": "早班",
    "afternoon|noon|daytime": "白天",
    "evening|night|late": "晚班",
    "not (available|free)|unavailable|busy|cannot|can't|away": "没空",
    "available|free": "有空",
    "except": "除",
    "only": "只有",
    "prefers?|wants?|likes?": "愿值",
    "to|until|till|through": "至",
    "and|or|&": "、",
}
_ENGLISH_WORDS = [(re.compile(rf"\b({words})s?\b", re.I), han) for words, han in _ENGLISH.items()]
_LETTERS = re.compile("[a-zA-Z]{2}")
_DAY = "一二三四五六日天1-7"
_BARE_DAYS = re.compile(
    rf"([{_DAY}]([、,和及][{_DAY}])+|[一二三四五六日]{{2,6}})(?=$|都?(可|行|能|有|不|没|要|早|晚|白|中"
    rf"|上午|下午|全天))"
)


@dataclass(slots=True)
class _Statement:
    """Times and what is said of them.

    ``less`` are times excepted (none yet: 除 was read and its times come), ``adjacent``: nothing parts it
    from
    the statement before, ``comma``: so many of its times stood before the last comma.
    """

    region: Region = NOWHEN
    less: Region | None = None
    verdict: str = ""
    judged: bool = False
    adjacent: bool = False
    comma: int = 0
    only: bool = False
    soft: bool = False
    rest: bool = False
    bracketed: bool = False
    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words, to name it when it is not understood."""
        return "".join(word.text for word in self.words)

    @property
    def timed(self) -> bool:
        """Whether it names a time."""
        return bool(self.region) or self.less is not None

    @property
    def when(self) -> Region:
        """Its times, without those it excepts."""
        if self.less is None:
            return self.region or ANYTIME
        return both(self.region or ANYTIME, outside(self.less))


def folded_times(text: str) -> str:
    """Folded, with English words of time in Chinese, and bare days (``一、三、五``) as weekdays."""
    if _LETTERS.search(text):
        for word, han in _ENGLISH_WORDS:
            text = word.sub(han, text)
        text = re.sub(r"(?<=周.), *(?=周)|(?<=班), *(?=[早晚])", "、", text)
    folded = fold(text)
    return f"周{folded}" if _BARE_DAYS.match(folded) else folded


def parse_availability(text: str, free: bool = False, wish: bool = False) -> Availability:
    """As :func:`read_availability`; a text that is not understood stands in ``unread``, and nothing else
    does.
    """
    try:
        return read_availability(text, free, wish)
    except Unread:
        return Availability(unread=(text,))


@lru_cache(maxsize=10_000)
def read_availability(text: str, free: bool = False, wish: bool = False) -> Availability:
    """Read when somebody can stand from what they wrote.

    ``free`` and ``wish`` say how a bare time is meant: both false in a column of inconvenient times (``周一``
    is busy), ``free`` in a column of free times (all but ``周一`` is busy), ``wish`` in one of wished times.
    Words in the text itself (不便, 有空, 只能, 除…外, 愿值 …) go before that.

    Raises
    ------
    Unread
        Names the part that could not be read (农忙, 初一十五, 单双周, 每周一次 …). Nothing of the text
        counts.
    """
    folded = folded_times(text)
    try:
        statements = _statements(_LEXICON.words(folded))
        return _judged(statements, "want" if wish else "yes" if free else "no")
    except Unread as wrong:
        raise Unread(wrong.piece or folded) from None


def read_days(text: str) -> frozenset[int]:
    """The weekdays that a text names and nothing else (``周一至周五，周三除外``). Raises ``Unread``."""
    words = _LEXICON.words(folded_times(text))
    if not any(weekdays(word) for word in words):
        raise Unread(text)
    when = read_availability(text, free=True)
    closed = frozenset(day for day, _period in when.busy)
    if when != Availability(busy=frozenset((day, period) for day in closed for period in Period)):
        raise Unread(text)
    return calendar_words.EVERY_DAY - closed


def parse_days(text: str) -> frozenset[int] | None:
    """As :func:`read_days`; None for a text that is not understood."""
    try:
        return read_days(text)
    except Unread:
        return None


def _statements(words: list[Word]) -> list[_Statement]:
    """Cut the words into statements."""
    found = [_Statement()]
    at = 0
    while at < len(words):
        word, said = words[at], found[-1]
        ahead = next((w for w in words[at + 1 :] if w.kind not in ("break", "filler")), None)
        if word.kind in _TIME_KINDS:
            narrows = said.bracketed or (said.verdict == "why" and said.judged and word.kind == "clock")
            if said.judged and not narrows:
                said = _next(found, adjacent=True)
            first, narrows = at, narrows or _narrows_before(said, word)
            region, at = read_times(words, at)
            said.words += [time for time in words[first:at] if time.kind in _TIME_KINDS]
            if narrows:  # 每天接送孩子7:00-8:00
                said.region = (*said.region[: said.comma], *both(said.region[said.comma :], region))
            elif said.less == NOWHEN:
                said.less = region
            else:
                said.region += region
            continue
        at += 1
        if word.kind == "break":
            _part_statements(found, word, ahead)
        elif word.kind not in ("joiner", "filler"):
            if word.kind in ("except", "rest", "only") and said.judged:
                said = _next(found, adjacent=True)
            said.words.append(word)
            if said.bracketed:  # 周三（晚上可以）: what is said in brackets is not said of the time before
                raise Unread(said.text)
            _take(said, word)
    return [said for said in found if said.words]


def _narrows_before(said: _Statement, word: Word) -> bool:
    """Whether a word parts two times so that the second narrows the first (周三值晚班, 周三最好晚班).

    Raises ``Unread`` where it does not say which of both is meant (周三只值晚班).
    """
    last = said.words[-1] if said.words else word
    if not said.region or said.less is not None or last.kind in _TIME_KINDS:
        return False
    before = next(past for past in reversed(said.words) if past.kind in _TIME_KINDS)
    if last.kind not in ("verb", "soft") or said.only or _alike(before, word):
        raise Unread(f"{said.text}{word.text}")
    return True


def _part_statements(found: list[_Statement], word: Word, ahead: Word | None) -> None:
    """At a comma, stop or bracket: begin another statement, unless it only parts or narrows times."""
    said = found[-1]
    if _opens(said, word, ahead) or _closes(said, word, ahead):
        said.bracketed = not said.bracketed
    elif _goes_on(said, word, ahead):
        said.comma = len(said.region)
    else:
        _next(found)


def _next(found: list[_Statement], adjacent: bool = False) -> _Statement:
    """Begin another statement."""
    if found[-1].words:
        found.append(_Statement(adjacent=adjacent))
    return found[-1]


def _opens(said: _Statement, word: Word, ahead: Word | None) -> bool:
    """Whether a bracket or a stroke narrows the time before it (周三（晚）, 晚班（周一至周五）).

    Raises ``Unread`` where it stands behind several times, so that it may narrow one of them or all.
    """
    if word.text not in ("(", "[", "/") or ahead is None or ahead.kind not in _TIME_KINDS:
        return False
    last = said.words[-1] if said.words else None
    if last is None or said.verdict or said.less is not None or said.bracketed or _alike(last, ahead):
        return False
    if last.kind not in _TIME_KINDS or (word.text == "/" and not _later(_part(last)[0], {_part(ahead)[0]})):
        return False
    if len(said.words) > 1 or word.text == "/":
        raise Unread(f"{said.text}{word.text}{ahead.text}")
    return True


def _alike(one: Word, other: Word) -> bool:
    """Whether two words are of one kind of time (two weekdays), so that they make a list."""
    return other.kind in _TIME_KINDS and one.kind in _TIME_KINDS and _part(one)[0] == _part(other)[0]


def _closes(said: _Statement, word: Word, ahead: Word | None) -> bool:
    """Whether the bracket ends that narrows a time, and its verdict follows (周三（晚）不便)."""
    return said.bracketed and word.text in (")", "]") and ahead is not None and ahead.kind in _VERDICTS


def _goes_on(current: _Statement, word: Word, ahead: Word | None) -> bool:
    """Whether a comma only parts a time from its verdict, or a time from the next of a list."""
    if word.text != "," or ahead is None or not current.timed:
        return False
    if current.less is not None or current.verdict:
        return False
    return ahead.kind in _TIME_KINDS or (ahead.kind in _VERDICTS and ahead.kind != "fine")


def _take(said: _Statement, word: Word) -> None:
    """One word that is no time."""
    if word.kind in ("only", "soft", "rest"):
        setattr(said, word.kind, True)
    elif word.kind == "except":
        if said.less is not None:
            raise Unread(word.text)
        said.less = NOWHEN
    elif word.kind == "excepted":
        if said.less is None:
            said.less, said.region = said.region[said.comma :], said.region[: said.comma]
        if not said.less:
            raise Unread(word.text)
    elif word.kind in _VERDICTS:
        _validate(said, word)


def _validate(said: _Statement, word: Word) -> None:
    """A verdict; a reason (上班) and a plain no go together, two others contradict each other."""
    verdict = "yes" if word.kind == "fine" and said.timed else word.kind
    if {said.verdict, verdict} == {"fine", "yes"}:
        said.verdict = verdict = "fine"
    pair = {said.verdict, verdict}
    if said.verdict and pair != {verdict} and not pair <= {"no", "why", "away"} and pair != {"want", "yes"}:
        raise Unread(word.text)
    if said.verdict == verdict == "no":
        raise Unread(word.text)  # 不是不行: two negations
    said.verdict = "want" if pair == {"want", "yes"} else "no" if "no" in pair else verdict
    said.judged = said.timed or said.rest or verdict in ("fine", "away")


def read_times(words: list[Word], at: int) -> tuple[Region, int]:
    """The times that begin at a word, and where they end: pairs in a list."""
    region: list[Spell] = []
    spell, fields_seen = Spell(), set[str]()
    listed: list[Spell] = []

    def close() -> None:
        nonlocal spell, fields_seen
        scoped = "dates" in fields_seen and len(fields_seen) > 1  # 8月1日至15日周三、周五: for both
        carried = Spell(dates=(listed or [spell])[0].dates) if scoped else Spell()
        if fields_seen:
            region.extend(listed or [spell])
            listed.clear()
        spell, fields_seen = carried, set()

    joined = False
    while at < len(words):
        word = words[at]
        if word.kind == "joiner" and at + 1 < len(words) and words[at + 1].kind in _TIME_KINDS:
            joined, at = True, at + 1
            continue
        if word.kind == "filler" and at + 1 < len(words) and words[at + 1].kind in _TIME_KINDS:
            at += 1
            continue
        if word.kind not in _TIME_KINDS:
            break
        part, parts = _part(word)
        alike = part in fields_seen
        if (
            (alike and part not in ("weekdays", "periods", "month_days"))
            or (joined and not alike)
            or (alike and fields_seen - {part} and _later(part, fields_seen))
        ):
            close()
        before, listed = (listed or [spell]), []
        widened = part in fields_seen
        listed = [_narrowed(s, new, part, widened) for s in before for new in parts]
        fields_seen.add(part)
        joined, at = False, at + 1
    close()
    return tuple(region), at


def _later(part: str, seen: set[str]) -> bool:
    """周一早、周四晚: a weekday after a time of day begins another pair."""
    order = ("dates", "month_days", "weekdays", "periods", "hours")
    return any(order.index(other) > order.index(part) for other in seen)


def _narrowed(spell: Spell, new: Spell, part: str, widened: bool) -> Spell:
    value = getattr(new, part)
    if widened and isinstance(value, frozenset):
        value = getattr(spell, part) | value
    return replace(spell, **{part: value})


def _part(word: Word) -> tuple[str, list[Spell]]:
    """Which part of a spell a word tells, and the spells it stands for."""
    if word.kind in PERIOD_KINDS:
        return "periods", [Spell(periods=PERIODS[word.kind])]
    if word.kind == "whole":
        return "periods", [Spell(periods=ALL_PERIODS)]
    if word.kind == "month_days":
        return "month_days", [Spell(month_days=month_days(word))]
    if word.kind in ("date", "numeric_date", "season"):
        return "dates", [Spell(dates=dates(word))]
    if word.kind == "clock":
        return "hours", _hours(word)
    return "weekdays", [Spell(weekdays=weekdays(word))]


def _hours(word: Word) -> list[Spell]:
    start, end, side = clock(word)
    if end is None:
        if not side:
            raise Unread(word.text)  # a moment is no time to stand or not to stand
        start, end = (0, start) if side == "前" else (start, MIDNIGHT)
    elif side:
        raise Unread(word.text)
    if end <= MIDNIGHT:
        return [Spell(hours=(start, end))] if start < end else []
    return [Spell(hours=(start, MIDNIGHT)), Spell(hours=(0, end - MIDNIGHT))]


def _judged(statements: list[_Statement], bare: str) -> Availability:
    """What all statements say together, the later going before the earlier."""
    busy: Region = NOWHEN
    opened: Region = NOWHEN
    wanted: Region = NOWHEN
    negated = False
    merged = _with_exceptions(statements)
    for at, said in enumerate(merged):
        verdict = _verdict(said, bare, merged[:at], merged[at + 1 :])
        if verdict == "fine":
            continue
        if verdict == "want":
            wanted += said.when
        elif verdict == "others":
            busy = outside(opened)
        elif verdict == "only":
            busy = (*busy, *outside(said.when))
        elif verdict == "yes":
            opened += said.when
            busy = both(busy, outside(said.when)) if busy else busy
        else:
            negated = True
            busy = (*busy, *said.when)
    if opened and (bare == "yes" or not negated):
        busy = (*busy, *outside((*opened, *wanted)))
    if any(not spell.plain for spell in wanted):
        raise Unread("")
    return availability_of(busy, plain_times(wanted))


def _with_exceptions(statements: list[_Statement]) -> list[_Statement]:
    """都可以，周日除外: an exception without a verdict of its own takes from the statement before it."""
    merged: list[_Statement] = []
    for said in statements:
        before = merged[-1] if merged else None
        all_else = said.rest or (not said.timed and said.verdict in ("yes", "fine"))
        if all_else and before is not None and before.less and not (before.verdict or before.region):
            before.verdict = "yes" if said.verdict == "fine" else said.verdict  # 除了周三，其他时间都行
            continue
        bare = said.less is not None and not said.verdict and not said.region
        if bare and before is not None and (before.verdict or before.timed):
            before.less = (*(before.less or NOWHEN), *(said.less or NOWHEN))
            if before.verdict == "fine":
                before.verdict = "yes"
            continue
        if said.less is not None and not said.less:
            raise Unread("除")
        merged.append(said)
    return merged


def _verdict(said: _Statement, bare: str, before: list[_Statement], after: list[_Statement]) -> str:
    """What is said of a statement's times: no, yes, only, want, others or fine. Raises ``Unread``."""
    verdict = _PLAIN.get(said.verdict, said.verdict)
    if said.rest and not (said.less and not said.region):  # 除周三外其余时间: the rest is what is left
        return _rest_verdict(said, verdict, before)
    if said.soft and not said.only:
        verdict = verdict if verdict in ("no", "want") else "want"
    if not said.timed:
        return _untimed(said, verdict, before, after)
    if said.verdict == "rests" and any(s.verdict in ("why", "away") for s in before):
        verdict = "yes"
    if not verdict:
        verdict = "only" if said.only else _bare(said, bare, before)
    if said.only and verdict in ("yes", "want"):
        verdict = "only"
    if verdict == "fine":
        verdict = "yes"
    return verdict


def _bare(said: _Statement, bare: str, before: list[_Statement]) -> str:
    """What times without a verdict mean: what their column means, unless a statement before speaks
    against it.
    """
    if all(word.kind == "whole" for word in said.words):
        return "fine"
    kinds = {word.kind for word in said.words}
    spoken = {_PLAIN.get(s.verdict, s.verdict) for s in before if s.verdict and not s.rest}
    if (bare == "no" and "verb" in kinds) or said.adjacent or spoken - {"fine", bare}:
        raise Unread(said.text)
    return bare


def _rest_verdict(said: _Statement, verdict: str, before: list[_Statement]) -> str:
    if said.timed or not before:
        raise Unread(said.text)
    if verdict in ("yes", "fine"):
        return "fine"
    if verdict == "no" and any(s.verdict in ("yes", "want") for s in before):
        return "others"
    raise Unread(said.text)


def _untimed(said: _Statement, verdict: str, before: list[_Statement], after: list[_Statement]) -> str:
    """A statement that names no time: all the time, or nothing to say."""
    if said.only or said.soft:
        raise Unread(said.text)
    if verdict in ("yes", "fine"):
        return "fine"
    opening = any(s.verdict in ("yes", "rests") and s.timed for s in after)
    if said.verdict == "away" or (said.verdict in ("why", "no") and opening and not before):
        return "no"
    raise Unread(said.text)
