"""The pages of insight: a member's own, a village's, the zone's."""

from heli.insight.urls import member, village, zone

urlpatterns = [*member.urlpatterns, *village.urlpatterns, *zone.urlpatterns]
