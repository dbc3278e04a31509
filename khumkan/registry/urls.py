"""Addresses of registry."""

from django.urls import path

from khumkan.registry.views import imports

app_name = "registry"
urlpatterns = [
    path("office/register/", imports.imports, name="imports"),
    path("office/register/send/<str:kind>/", imports.send, name="send"),
    path("office/register/headings/<str:kind>.csv", imports.template_file, name="template"),
    path("office/register/<str:reference>/", imports.one, name="import"),
    path("office/register/<str:reference>/rows.csv", imports.rows_file, name="import_rows"),
    path("office/register/<str:reference>/cancel/", imports.cancel, name="cancel_import"),
]
