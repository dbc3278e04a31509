"""Addresses of registering: the person's own pages, the public ones, the hotline's and the office's."""

from django.urls import path

from khumkan.screening.views import desk_contacts, desk_tests, my_tests, office_sessions, public_tests, waiting_list

urlpatterns = [
    path("tests/", public_tests.who_can, name="public"),
    path("c/<str:reference>/", public_tests.invitation, name="invitation"),
    path("my/tests/", my_tests.mine, name="my_tests"),
    path("my/tests/register/", my_tests.choose, name="register_choose"),
    path("my/tests/register/<slug:ground>/", my_tests.register, name="register"),
    path("my/tests/invited/<str:reference>/", my_tests.take_up, name="take_up"),
    path("my/tests/<str:reference>/", my_tests.one, name="registration"),
    path("my/tests/<str:reference>/change/", my_tests.change, name="change_place"),
    path("my/tests/<str:reference>/decline/", my_tests.decline, name="decline"),
    path("desk/tests/", desk_tests.find, name="desk"),
    path("desk/tests/invitation/<str:reference>/", desk_contacts.invitation, name="desk_invitation"),
    path("desk/tests/<str:person>/contacts/", desk_contacts.name, name="desk_contacts"),
    path("desk/tests/<str:person>/", desk_tests.person, name="desk_person"),
    path("desk/tests/<str:person>/register/<slug:ground>/", desk_tests.register, name="desk_register"),
    path("desk/tests/<str:person>/<str:reference>/change/", desk_tests.change, name="desk_change"),
    path("desk/tests/<str:person>/<str:reference>/decline/", desk_tests.decline, name="desk_decline"),
    path("office/tests/sessions/", office_sessions.listed, name="sessions"),
    path("office/tests/sessions/open/", office_sessions.open_days, name="open_sessions"),
    path("office/tests/sessions/<str:reference>/", office_sessions.one, name="session"),
    path("office/tests/sessions/<str:reference>/places/", office_sessions.places, name="session_places"),
    path("office/tests/sessions/<str:reference>/cancel/", office_sessions.cancel, name="session_cancel"),
    path("office/tests/contacts/", desk_contacts.listed, name="contacts"),
    path("office/tests/contacts/<str:reference>/", desk_contacts.one, name="contact"),
    path("office/tests/waiting/", waiting_list.listed, name="waiting_list"),
    path("office/tests/waiting/<str:reference>/", waiting_list.one, name="waiting_one"),
    path("office/tests/waiting/<str:reference>/decide/", waiting_list.decide, name="waiting_decide"),
    path("office/tests/waiting/<str:reference>/place/", waiting_list.place, name="waiting_place"),
]
