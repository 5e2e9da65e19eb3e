"""The text that is pasted to whoever is asked for a turn."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn


def asking_text(turn: DayTurn) -> str:
    """What an open offer says to the one who is asked, or to all; empty when nothing is offered."""
    if not turn.offered:
        return ""
    said = {"asked": turn.asked_name, "name": turn.planned_name or turn.name, "turn": turn.words}
    answer = _("行不行，请打开您的个人链接，在“有人想换班”里答复。")
    if turn.in_return is not None:
        said["back"] = turn.in_return.words
        return (
            _("%(asked)s，您好。%(name)s想跟您换班：您站 %(turn)s，%(name)s站您的 %(back)s。") % said + answer
        )
    if turn.asked_name:
        return _("%(asked)s，您好。%(turn)s 是%(name)s的班，去不了，想请您替。") % said + answer
    answer = _("谁有空，请打开自己的个人链接，在“有人想换班”里点“我去”。")
    return _("各位好。%(turn)s 是%(name)s的班，去不了。") % said + answer
