"""The pages of plans: upload, review, publish, keep true."""

from heli.kernel.imports.urls import at
from heli.plans.urls import publish, review, upkeep

urlpatterns = [
    *at("village/<uuid:key>/upload/", "village", "uploads"),
    *review.urlpatterns,
    *publish.urlpatterns,
    *upkeep.urlpatterns,
]
