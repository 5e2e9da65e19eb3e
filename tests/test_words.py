"""One word for a thing, everywhere: words that the project does not use, in messages, documents and code."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "src" / "heli" / "locale" / "en" / "LC_MESSAGES" / "django.po"

CHINESE = {
    "发布": "公布",
    "席位": "班",
    "空席": "空",
    "缺人": "空",
    "定下": "定住",
    "签到": "打勾版",
    "代价": "say what it costs: 多走约60米",
    "礼拜": "周",
    "乡镇": "开发区",
    "你": "您",
    "成功": "say what was done",
    "！": "。",
}
"""Word → what stands in its place. What offices really write stands in the readers, not here."""
KEPT = {"每个席位一行"}
"""Names of sheets in published workbooks, which must be drawn as they were."""

ENGLISH = {
    "successfully": "say what was done",
    "please note": "say it",
    "utilize": "use",
    "in order to": "to",
    "whilst": "while",
    "leverage": "use",
    "publicize": "publish",
}
NAMES = {
    "in_one_breath": "join_clauses",
    "one_after_another": "join_sentences",
    "take_over": "apply_if_unchanged",
    "print_of": "row_hash",
    "fingerprint": "row_hash",
    "let_go": "close_connections",
    "Doer": "ChildProcess",
    "Concerned": "AffectedMember",
    "Keeping": "OpenItems",
    "Orphan": "UnlinkedHousehold",
    "go_back": "plan_return",
}
"""Names that had to be explained, and what they are called."""


def texts(part):
    """Each form of the ``id`` or the ``string`` of every message."""
    with CATALOGUE.open("rb") as file:
        found = [getattr(message, part) for message in read_po(file) if message.id]
    return [text for one in found for text in ([one] if isinstance(one, str) else one)]


@pytest.mark.parametrize("word", CHINESE)
def test_no_message_has_the_word(word):
    assert [text for text in texts("id") if word in text and text not in KEPT] == []


@pytest.mark.parametrize("word", ENGLISH)
def test_no_english_sentence_has_the_word(word):
    wrong = re.compile(rf"\b{word}\b", re.IGNORECASE)
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert [text for text in texts("string") if wrong.search(text)] == []
    assert [path.name for path in documents if wrong.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_code_has_the_name(name):
    wrong = re.compile(rf"\b{name}\b")
    sources = [path for folder in ("src", "bench", "scripts") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in sources if wrong.search(path.read_text("utf-8"))] == []
