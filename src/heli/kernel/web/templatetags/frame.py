"""What stands around a page."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from heli.kernel.web.menu import Frame, frame_of

register = template.Library()


@register.simple_tag(takes_context=True)
def page_frame(context: RequestContext) -> Frame:
    """``{% page_frame as frame %}``.

    A page about a village has ``village``, or a ``run`` of it, in its context; a page of the frame ``place``.
    """
    village = context.get("village") or getattr(context.get("run"), "village", None)
    return frame_of(context["request"], village, context.get("place"))
