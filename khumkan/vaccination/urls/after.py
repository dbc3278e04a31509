"""Addresses of what comes after the dose: certificates, follow-up, adverse events, corrections."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import adverse, certificates, corrections, desk_after, my_doses

_RECORDS = "office/vaccination/records/"
urlpatterns: list[URLPattern] = [
    path("verify/", certificates.verify, name="verify"),
    path("vaccination/keys.json", certificates.keys, name="keys"),
    path("vaccination/revoked.json", certificates.revoked, name="revoked"),
    path("my/doses/", my_doses.record, name="my_doses"),
    path("my/doses/reaction/", my_doses.reaction, name="my_reaction"),
    path("my/vaccination/how-are-you/<int:day>/", my_doses.how_are_you, name="my_how_are_you"),
    path("my/vaccination/certificate/<str:code>/", certificates.mine, name="my_certificate"),
    path("my/vaccination/certificate/<str:code>/pdf/", certificates.mine_pdf, name="my_certificate_pdf"),
    path("desk/vaccination/<str:person>/after/", desk_after.person, name="desk_after"),
    path("desk/vaccination/<str:person>/after/reaction/", desk_after.reaction, name="desk_reaction"),
    path("desk/vaccination/<str:person>/after/<int:day>/", desk_after.how_are_you, name="desk_how_are_you"),
    path("field/vaccination/adverse/", adverse.given, name="field_given"),
    path("field/vaccination/adverse/<int:injection>/", adverse.report, name="field_adverse"),
    path("office/vaccination/adverse/", adverse.listed, name="adverse_events"),
    path("office/vaccination/adverse/<str:reference>/", adverse.one, name="adverse_event"),
    path("office/vaccination/adverse/<str:reference>/route/", adverse.route, name="route_adverse"),
    path("office/vaccination/adverse/<str:reference>/close/", adverse.close, name="close_adverse"),
    path(_RECORDS, corrections.find, name="records"),
    path(f"{_RECORDS}dose/<int:injection>/", corrections.one, name="record"),
    path(f"{_RECORDS}dose/<int:injection>/details/", corrections.details, name="correct_details"),
    path(f"{_RECORDS}dose/<int:injection>/person/", corrections.other_person, name="correct_person"),
    path(f"{_RECORDS}dose/<int:injection>/strike/", corrections.strike, name="strike_record"),
    path(f"{_RECORDS}correction/<int:correction>/", corrections.decide, name="correction"),
    path(f"{_RECORDS}of/<str:person>/", corrections.of_person, name="record_of"),
    path(f"{_RECORDS}of/<str:person>/elsewhere/", corrections.elsewhere, name="add_elsewhere"),
    path("office/vaccination/certificates/<str:code>/", certificates.one, name="office_certificate"),
    path("office/vaccination/certificates/<str:code>/again/", certificates.again, name="certificate_again"),
]
