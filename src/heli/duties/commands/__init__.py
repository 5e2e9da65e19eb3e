"""What people do with a roster: publish it, swap turns, tick who stood."""

from heli.duties.commands.publish import NewTurn, publish_roster

__all__ = ["NewTurn", "publish_roster"]
