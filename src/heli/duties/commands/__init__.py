"""What people do with a roster: publish it, swap turns, tick who stood, follow it in a calendar."""

from heli.duties.commands.calendar import drop_feed, make_feed
from heli.duties.commands.points import add_point, change_point, close_point
from heli.duties.commands.presence import Entry, note_export, tick
from heli.duties.commands.publish import NewTurn, publish_roster
from heli.duties.commands.swaps import (
    accept_swap,
    decline_swap,
    exchange_turns,
    give_turn,
    offer_exchange,
    offer_turn,
    send_family,
    withdraw_swap,
)

__all__ = [
    "Entry",
    "NewTurn",
    "accept_swap",
    "add_point",
    "change_point",
    "close_point",
    "decline_swap",
    "drop_feed",
    "exchange_turns",
    "give_turn",
    "make_feed",
    "note_export",
    "offer_exchange",
    "offer_turn",
    "publish_roster",
    "send_family",
    "tick",
    "withdraw_swap",
]
