"""The pages of plans: upload, review, publish, keep true."""

from heli.plans.urls import keep, publish, review, upload

urlpatterns = [*upload.urlpatterns, *review.urlpatterns, *publish.urlpatterns, *keep.urlpatterns]
