"""Whole jobs. ``folder``: books in, folders of tables out, without a database."""

from heli.plans.tasks.folder import Job, Outcome, make_all, make_plan, make_tables, side_by_side

__all__ = ["Job", "Outcome", "make_all", "make_plan", "make_tables", "side_by_side"]
