"""Addresses of plans, sessions and the officer's lists."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import office_sessions, office_supply, plans

HERE = "office/vaccination"
urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", office_supply.overview, name="overview"),
    path(f"{HERE}/plans/", plans.listed, name="plans"),
    path(f"{HERE}/plans/new/", plans.new, name="new_plan"),
    path(f"{HERE}/plans/<str:reference>/", plans.one, name="plan"),
    path(f"{HERE}/plans/<str:reference>/approve/", plans.approve, name="approve_plan"),
    path(f"{HERE}/plans/<str:reference>/stop/", plans.cancel, name="stop_plan"),
    path(f"{HERE}/plans/<str:reference>/resume/", plans.resume, name="resume_plan"),
    path(f"{HERE}/sessions/", office_sessions.listed, name="days"),
    path(f"{HERE}/sessions/open/", office_sessions.open_days, name="open_days"),
    path(f"{HERE}/sites/<str:reference>/close/", office_sessions.close_site, name="close_site"),
    path(f"{HERE}/sites/<str:reference>/<str:on>/", office_sessions.day, name="site_day"),
    path(f"{HERE}/sessions/<str:reference>/", office_sessions.one, name="office_session"),
    path(f"{HERE}/sessions/<str:reference>/doses/", office_sessions.keep, name="session_doses"),
    path(f"{HERE}/sessions/<str:reference>/call-off/", office_sessions.cancel, name="call_off_session"),
    path(f"{HERE}/lots/", office_supply.lots, name="lots"),
    path(f"{HERE}/lots/new/", office_supply.receive, name="receive_lot"),
    path(f"{HERE}/lots/<int:pk>/", office_supply.lot, name="lot"),
    path(f"{HERE}/lots/<int:pk>/state/", office_supply.change_lot, name="change_lot"),
    path(f"{HERE}/lots/<int:pk>/delay/", office_supply.delay_lot, name="delay_lot"),
]
