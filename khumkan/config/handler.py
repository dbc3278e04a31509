"""Django's entry for web servers, except that the view of an address is looked for once and not for each request.

Django looks through all addresses in their order, some hundred of them; in a rush for one page that was a tenth of the
work of a request. What an address resolves to depends on nothing else: there are no addresses by language.
"""

from functools import lru_cache

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_resolver

#: Addresses that are remembered; most hold a reference, and those of people are seen a few times only.
REMEMBERED = 4096


class Handler(WSGIHandler):
    """See the module."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Return what answers a request.

        :raises Resolver404: for an unknown address, which is not remembered.
        """
        if hasattr(request, "urlconf"):
            return super().resolve_request(request)
        request.resolver_match = _match(request.path_info, settings.ROOT_URLCONF)
        return request.resolver_match


@lru_cache(maxsize=REMEMBERED)
def _match(path: str, urlconf: str) -> ResolverMatch:
    return get_resolver(urlconf).resolve(path)
