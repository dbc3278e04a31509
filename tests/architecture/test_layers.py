"""What the import linter cannot see: foreign keys written as text, and who writes to tables."""

import ast
import configparser
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from tests.architecture.source import PACKAGE, ROOT, name_of, python_files, room_of, tree_of

#: Names of queryset and manager methods that write.
WRITES = frozenset(
    {"create", "bulk_create", "bulk_update", "update", "update_or_create", "get_or_create", "delete", "save"}
)
#: Objects whose methods have such names and write no table of ours.
NOT_TABLES = frozenset({"hashlib", "hasher", "digest", "hash", "cache", "session", "headers", "dict", "counts", "seen"})
#: Rooms that may write: actions, what makes the data of a demonstration or a benchmark, and what only a test imports.
WRITERS = frozenset({"actions", "testing", "migrations"})
WRITING_LAYERS = frozenset({"simulation", "benchmarks"})
#: Layers without tables.
TABLELESS = frozenset({"ui", "kernel"})
#: Mechanisms below the actions, each the only writer of its own table. This list may only shrink.
MECHANISMS = frozenset(
    {
        "accounts/codes.py",
        "accounts/factors/passkeys.py",
        "accounts/factors/recovery.py",
        "accounts/factors/totp.py",
        "accounts/log.py",
        "accounts/oidc/links.py",
        "accounts/passwords.py",
        "accounts/sessions.py",
        "accounts/tickets.py",
        "accounts/tokens.py",
        "messages/adapters/inbox.py",
        "messages/providers.py",
        "places/loading.py",
        "record/answers.py",
        "record/deliveries.py",
        "record/sealing.py",
    }
)


def layers() -> list[list[str]]:
    """Return the layers of the contract, the highest first."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    lines = contract["importlinter:contract:layers"]["layers"].split("\n")
    return [[name.strip() for name in line.split("|")] for line in lines if line.strip()]


def height(app_path: str) -> int:
    layer = app_path.split(".")[1]
    for position, names in enumerate(layers()):
        if layer in names:
            return -position
    raise AssertionError(f"{layer} stands in no layer")


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("khumkan.")]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model.__module__.startswith("khumkan.")
        and model.__module__.split(".")[1] != field.related_model.__module__.split(".")[1]
        and height(model.__module__) <= height(field.related_model.__module__)
    ]
    assert upward == []


def writes_in(file: Path) -> list[str]:
    found = []
    for node in ast.walk(tree_of(file)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        holder = ast.unparse(node.func.value)
        if node.func.attr in ("update", "delete", "save") and "objects" not in holder and "_set" not in holder:
            if node.func.attr == "update" and not isinstance(node.func.value, ast.Call):
                continue  # a dictionary or a hash
            if node.func.attr in ("delete", "save") and room_of(file) in ("forms", "views") and "form" in holder:
                continue
        if holder.split(".")[-1].lower() in NOT_TABLES:
            continue
        found.append(f"{name_of(file)}:{node.lineno} {holder}.{node.func.attr}")
    return found


def test_only_actions_write() -> None:
    offenders = [
        line
        for file in python_files()
        if room_of(file) not in WRITERS
        and file.relative_to(PACKAGE).parts[0] not in WRITING_LAYERS | TABLELESS
        and str(file.relative_to(PACKAGE)) not in MECHANISMS
        for line in writes_in(file)
    ]
    assert offenders == []


def test_the_guard_sees_a_write(tmp_path: Path) -> None:
    """A guard that cannot fail proves nothing."""
    module = PACKAGE / "screening" / "views" / "never_written.py"
    tree = ast.parse("Round.objects.create(title='x')\nround.save()\nRound.objects.filter(pk=1).update(title='y')")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    assert sum(call.func.attr in WRITES for call in calls) == 3  # type: ignore[attr-defined]
    assert room_of(module) == "views"


@pytest.mark.parametrize("room", ["views", "forms", "urls"])
def test_translation_rooms_touch_no_tables(room: str) -> None:
    """Views ask queries and call actions; a model class is no business of theirs."""
    offenders = []
    for file in python_files():
        if room_of(file) != room:
            continue
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager"):
                offenders.append(f"{name_of(file)}:{node.lineno}")
    assert offenders == []


def test_nothing_is_imported_inside_functions() -> None:
    offenders = [
        f"{name_of(file)}:{inner.lineno}"
        for file in python_files()
        for outer in ast.walk(tree_of(file))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert offenders == []


def test_no_signals() -> None:
    offenders = [
        name_of(file)
        for file in python_files()
        if any(
            isinstance(node, ast.ImportFrom) and node.module in ("django.db.models.signals", "django.dispatch")
            for node in ast.walk(tree_of(file))
        )
    ]
    assert offenders == []
