"""What stands around a page."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from heli.kernel.web.menu import Frame, frame_of

register = template.Library()


@register.simple_tag(takes_context=True)
def page_frame(context: RequestContext) -> Frame:
    """``{% page_frame as frame %}``.

    A page about a village has in its context the ``village``, a ``run`` of it, or its path: a ``scope``, or a
    ``job`` with one. A page of the frame itself has a ``place``.
    """
    village = context.get("village") or getattr(context.get("run"), "village", None)
    path = str(context.get("scope") or getattr(context.get("job"), "scope", ""))
    return frame_of(context["request"], village, path, context.get("place"))
