"""What is shown of a plan: the two tables, the document, the lines on the screen."""

from heli.plans.links.table import division_table
from heli.plans.queries.advice import advice
from heli.plans.queries.document import document
from heli.plans.queries.plan import Plan
from heli.plans.queries.summary import changes, summary
from heli.plans.turns.table import roster_table

__all__ = ["Plan", "advice", "changes", "division_table", "document", "roster_table", "summary"]
