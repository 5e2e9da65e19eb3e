"""What is stored about members in the words of the village's book, in the reader's language."""

from __future__ import annotations

from django import template

from heli.people.queries.forces import force_name
from heli.people.queries.members import why_away

register = template.Library()
register.filter(force_name)
register.filter(why_away)
