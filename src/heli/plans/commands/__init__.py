"""What can be done with plans. ``solve`` is pure; the others write."""

from heli.plans.commands.solve import PlanRefused, plan_village

__all__ = ["PlanRefused", "plan_village"]
