"""Addresses of employers' lists."""

from django.urls import URLPattern, path

from khumkan.vaccination.views import list_requests, list_review, list_sending, lists

LIST = "employer/vaccination/<str:employer>/<int:phase>/"
FILE = "employer/vaccination/lists/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("employer/vaccination/", lists.overview, name="employer_lists"),
    path("employer/vaccination/template.<str:kind>", lists.template, name="list_template"),
    path(FILE, list_review.file, name="list_file"),
    path(f"{FILE}rows/<int:number>/", list_review.row, name="list_row"),
    path(f"{FILE}rows/<int:number>/<str:what>/", list_review.decide, name="decide_row"),
    path(f"{FILE}rows.xlsx", list_review.to_mend, name="rows_to_mend"),
    path(f"{FILE}take/", list_review.take, name="take_list"),
    path(f"{FILE}drop/", list_review.drop, name="drop_list"),
    path(LIST, lists.roster, name="roster"),
    path(f"{LIST}send/", list_sending.send, name="send_list"),
    path(f"{LIST}paste/", list_sending.paste, name="paste_list"),
    path(f"{LIST}one/", list_sending.one, name="list_one"),
    path(f"{LIST}from-office/", list_sending.from_office, name="list_from_office"),
    path(f"{LIST}people/", lists.people, name="listed_people"),
    path(f"{LIST}people/<str:person>/", lists.take_off, name="take_off"),
    path("office/vaccination/requests/", list_requests.requests, name="list_requests"),
    path("office/vaccination/requests/<str:reference>/", list_requests.one, name="list_request"),
    path("office/vaccination/lists/", list_requests.rosters, name="rosters"),
    path("office/vaccination/lists/<str:employer>/<int:phase>/", list_requests.reopen, name="reopen_roster"),
]
