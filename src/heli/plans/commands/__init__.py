"""What can be done with plans. ``solve`` is pure; the others write."""

from heli.plans.commands.solve import PlanRefused, fill_roster, link_households

__all__ = ["PlanRefused", "fill_roster", "link_households"]
