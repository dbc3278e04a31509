"""Views for the tests of repeated requests."""

from itertools import count
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.record.idempotency import unkeyed

tickets = count(1)


def act(request: HttpRequest) -> HttpResponse:
    """Do something that may be done once, slowly, and answer differently each time."""
    record.write("record.acted", by=Actor.system("tests"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [float(request.GET.get("slowly", 0))])
    return HttpResponse(f"ticket {next(tickets)}", headers={"X-Ticket": "yes"})


def redirect(request: HttpRequest) -> HttpResponse:
    """Do something and lead on."""
    record.write("record.acted", by=Actor.system("tests"))
    return HttpResponseRedirect("/done/?" + urlencode({"ticket": next(tickets)}))


def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse, and leave a trace of it."""
    record.write("record.refused", by=Actor.system("tests"))
    return HttpResponse(f"no {next(tickets)}", status=422)


def break_down(request: HttpRequest) -> HttpResponse:
    """Do half of it."""
    record.write("record.acted", by=Actor.system("tests"))
    raise RuntimeError("half done")


def lose_database(request: HttpRequest) -> HttpResponse:
    """Do half of it, as a process that dies."""
    record.write("record.acted", by=Actor.system("tests"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse("never")


def cross(request: HttpRequest) -> HttpResponse:
    """Read what was sent, and hold two things one after the other, in the order that is asked for."""
    record.write("record.acted", by=Actor.system("tests"))
    sent = request.FILES["file"].read()
    with connection.cursor() as cursor:
        for number in (request.GET["first"], request.GET["second"]):
            cursor.execute("SELECT pg_advisory_xact_lock(%s), pg_sleep(0.3)", [int(number)])
    return HttpResponse(sent)


def stream(request: HttpRequest) -> HttpResponseBase:
    """Answer in pieces."""
    return StreamingHttpResponse([b"a", b"b"])


@unkeyed("counts nothing")
def free(request: HttpRequest) -> HttpResponse:
    """Do it as often as asked."""
    record.write("record.acted", by=Actor.system("tests"))
    return HttpResponse("done")


urlpatterns = [
    path("act/", act),
    path("api/act/", act),
    path("redirect/", redirect),
    path("refuse/", refuse),
    path("break/", break_down),
    path("lose/", lose_database),
    path("cross/", cross),
    path("stream/", stream),
    path("free/", free),
]
