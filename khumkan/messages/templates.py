"""The texts of messages: files in two languages, rendered without HTML escaping, with nothing left to guess.

A file may begin with `Subject: …` and an empty line; the subject is for e-mail. Every name that a text uses must be
given when the message is queued, so that a mistake shows at once and not at night in the queue. A layer above may
supply words of its own at the moment of sending (`supply`), so that a message to a million people holds no more than
the reference of what it says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.template import Context, Engine, Template
from django.template.base import FilterExpression, Node, Variable, VariableNode
from django.utils import translation

LANGUAGES = ("th", "en")
#: What every text may use without being given it: the address of this installation.
GIVEN = frozenset({"address"})
SUBJECT = "Subject:"


@dataclass(frozen=True, slots=True)
class Text:
    """A rendered message."""

    subject: str
    body: str


#: Makes words from the language and the params of a message.
Supplier = Callable[[str, Mapping[str, object]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class _Supply:
    names: frozenset[str]
    words: Supplier


_supplies: dict[str, _Supply] = {}


def supply(template: str, *, names: Iterable[str], words: Supplier) -> None:
    """Have words of a template made when a message is sent instead of when it is queued.

    :param names: the names that `words` returns.
    :param words: makes them from the language and the params; asked once for each message, so it should remember.
    """
    _supplies[template] = _Supply(frozenset(names), words)


def check(template: str, params: Iterable[str]) -> None:
    """Make sure that a message can be rendered in both languages from these params.

    :raises ValueError: when a name that a text uses is missing; a mistake of the caller.
    :raises TemplateDoesNotExist: when a language has no file.
    """
    supplied = _supplies[template].names if template in _supplies else frozenset[str]()
    missing = _names_used(template) - GIVEN - supplied - frozenset(params)
    if missing:
        raise ValueError(f"the message {template} needs {', '.join(sorted(missing))}")


def render(template: str, language: str, params: Mapping[str, object]) -> Text:
    """Return the text of a message in a language; languages without a text of their own get English."""
    chosen = language if language in LANGUAGES else "en"
    supplied = _supplies.get(template)
    if supplied and not supplied.names <= params.keys():
        params = {**supplied.words(chosen, params), **params}
    with translation.override(chosen):
        rendered = _load(template, chosen).render(Context({"address": site_address(), **params}, autoescape=False))
    head, _, rest = rendered.partition("\n")
    if head.startswith(SUBJECT):
        return Text(head.removeprefix(SUBJECT).strip(), rest.strip())
    return Text("", rendered.strip())


def site_address() -> str:
    """Return the address of this installation, for links: `https://…` without a slash at the end."""
    return str(settings.KHUMKAN_ADDRESS).rstrip("/")


def file_of(template: str, language: str) -> str:
    """Return the path of a message's file among the templates."""
    app, _, name = template.partition(".")
    return f"{app}/messages/{name}.{language}.txt"


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(
        app_dirs=True,
        autoescape=False,
        builtins=["django.templatetags.i18n", "khumkan.messages.templatetags.message_words"],
    )


@lru_cache(maxsize=256)
def _load(template: str, language: str) -> Template:
    return _engine().get_template(file_of(template, language))


@lru_cache(maxsize=256)
def _names_used(template: str) -> frozenset[str]:
    return frozenset(name for language in LANGUAGES for name in _names_in(_load(template, language)))


def _names_in(template: Template) -> Iterable[str]:
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, VariableNode):
            yield from _names_of(node.filter_expression)


def _names_of(expression: FilterExpression) -> Iterable[str]:
    variables = [expression.var, *(part for _, arguments in expression.filters for _, part in arguments)]
    for variable in variables:
        if isinstance(variable, Variable) and variable.lookups:
            yield variable.lookups[0]
