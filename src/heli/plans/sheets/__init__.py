"""A village's spreadsheets in: its whole book, its pins; and out: the empty book to fill in."""

from heli.plans.sheets.pins import read_pins
from heli.plans.sheets.template import write_template
from heli.plans.sheets.village import read_village

__all__ = ["read_pins", "read_village", "write_template"]
