"""Addresses of alerts about looks at people, and of decoys."""

from django.urls import URLPattern, path

from khumkan.hotline.views import reading

urlpatterns: list[URLPattern] = [
    path("desk/supervise/alerts/", reading.alerts, name="reading_alerts"),
    path("desk/supervise/alerts/<int:alert_id>/", reading.alert, name="reading_alert"),
    path("audit/decoys/", reading.decoys, name="decoys"),
    path("audit/decoys/<int:decoy_id>/withdraw/", reading.withdraw_decoy, name="withdraw_decoy"),
]
