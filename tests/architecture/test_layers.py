"""What the import linter cannot see: foreign keys written as text, and who writes to tables."""

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from tests.architecture.source import PACKAGE, ROOT, all_python_files, name_of, python_files, room_of, tree_of

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


#: Statements in SQL that write, outside `actions`. This list may only shrink.
STATEMENTS: Mapping[str, str] = {
    "accounts/codes.py": "counts a try before anything is compared, in a transaction of its own",
    "accounts/throttle.py": "takes from a bucket in one statement, which no queryset can say",
    "accounts/tickets.py": "takes a ticket away and reads it in one statement",
    "capacity/numbered.py": "the words of the door for numbered things; which `capacity/actions` executes",
    "capacity/statements.py": "the words of the one door of scarcity; which `capacity/actions` executes",
    "messages/providers.py": "counts what a provider may still send, in one statement",
    "messages/receipts.py": "notes what a provider says became of a message, whoever brings it",
    "messages/sending.py": "takes messages to send and notes how that went, between the calls of the provider",
    "policies/seeds.py": "is called by migrations, which know no actions",
    "record/answers.py": "keeps the answer to a request in the transaction of what it did",
}
RAW_WRITE = re.compile(
    r"\bINSERT\s+INTO\b|\bDELETE\s+FROM\b|\bUPDATE\s+\S+(\s+(AS\s+)?\w+)?\s+SET\b|\bMERGE\s+INTO\b"
    r"|\bCOPY\s+\S+\s*(\([^)]*\)\s*)?FROM\b|(?<!BEFORE )\bTRUNCATE\s+(TABLE\s+)?[\w…{\"]",
    re.IGNORECASE,
)
#: Modules that import inside functions. This list may only shrink.
IMPORTED_LATE: Mapping[str, str] = {
    "khumkan/messages/tests/crashing_worker.py": "is a program of its own: settings come before everything else",
    "khumkan/situation/tests/announcing_worker.py": "is the same program, and does the same",
}


def contracts() -> configparser.ConfigParser:
    """Return the contracts of the import linter."""
    found = configparser.ConfigParser()
    found.read(ROOT / ".importlinter")
    return found


def layers() -> list[list[str]]:
    """Return the layers of the contract, the highest first."""
    lines = contracts()["importlinter:contract:layers"]["layers"].split("\n")
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


def writes_in(file: Path, tree: ast.Module | None = None) -> list[str]:
    found = []
    for node in ast.walk(tree or tree_of(file)):
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


VIEW = PACKAGE / "web" / "sign_in" / "views" / "never_written.py"


@pytest.mark.parametrize(
    "line",
    [
        "Round.objects.create(title='x')",
        "round.save()",
        "Round.objects.filter(pk=1).update(title='y')",
        "round.units_set.update(title='y')",
        "registration.delete()",
    ],
)
def test_the_guard_sees_a_write(line: str) -> None:
    """A guard that cannot fail proves nothing."""
    assert room_of(VIEW) == "views"
    assert len(writes_in(VIEW, ast.parse(line))) == 1


@pytest.mark.parametrize("line", ["form.save()", "context.update(title='y')", "hasher.update(b'')"])
def test_the_guard_leaves_alone_what_writes_no_table(line: str) -> None:
    assert writes_in(VIEW, ast.parse(line)) == []


def texts_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every text of a module with its line; what is put into a text is left open, docstrings are left out."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            said.update(map(id, node.values))
            parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def raw_writes_in(file: Path, tree: ast.Module | None = None) -> list[str]:
    return [f"{name_of(file)}:{line}" for line, text in texts_in(tree or tree_of(file)) if RAW_WRITE.search(text)]


def test_only_actions_write_in_sql() -> None:
    """Statements that write stand in `actions`, or in a module that is named with its reason."""
    writing = {
        str(file.relative_to(PACKAGE))
        for file in python_files()
        if room_of(file) not in WRITERS
        and file.relative_to(PACKAGE).parts[0] not in WRITING_LAYERS
        and raw_writes_in(file)
    }
    assert writing == set(STATEMENTS)


@pytest.mark.parametrize(
    "line",
    [
        "cursor.execute('INSERT INTO record_event (name) VALUES (%s)', [name])",
        "cursor.execute(f'UPDATE {table} SET state = 1')",
        "MOVE = 'WITH found AS (SELECT 1) UPDATE screening_round AS r SET state = 1'",
        "cursor.execute('delete from accounts_ticket')",
        "cursor.copy('COPY bare_results (code) FROM STDIN')",
        "cursor.execute('TRUNCATE record_event')",
    ],
)
def test_the_guard_sees_a_statement_that_writes(line: str) -> None:
    assert len(raw_writes_in(VIEW, ast.parse(line))) == 1


@pytest.mark.parametrize(
    "line",
    ["'Update the page and try again'", "cursor.execute('SELECT 1 FOR UPDATE SKIP LOCKED')", "x = 'COPY of the file'"],
)
def test_the_guard_leaves_alone_what_only_reads(line: str) -> None:
    assert raw_writes_in(VIEW, ast.parse(line)) == []


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


def model_uses_in(file: Path, tree: ast.Module | None = None) -> list[str]:
    """Return where a module does more with a model than name it as the type of something."""
    tree = tree or tree_of(file)
    models: set[str] = set()
    named: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            is_models = "models" in (node.module or "").split(".") and (node.module or "").startswith("khumkan.")
            models.update(each.asname or each.name for each in node.names if is_models or each.name == "models")
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            named.update(map(id, ast.walk(part)) if isinstance(part, ast.AST) else ())
    return [
        f"{name_of(file)}:{node.lineno} {node.id}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in models and id(node) not in named
    ]


@pytest.mark.parametrize("room", ["views", "forms"])
def test_translation_rooms_know_models_by_name_only(room: str) -> None:
    """A view or a form may say of what type something is; it never asks, makes or compares by a model class."""
    files = [file for file in python_files() if room_of(file) == room]
    assert len(files) > 5
    assert [use for file in files for use in model_uses_in(file)] == []


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("def show(row: Round) -> Round: ...", 0),
        ("rows: list[Round] = []", 0),
        ("rows = Round.objects.all()", 1),
        ("def show(row): return isinstance(row, Round)", 1),
        ("choices = Round.State.choices", 1),
    ],
)
def test_the_guard_sees_what_is_done_with_a_model(code: str, uses: int) -> None:
    tree = ast.parse(f"from khumkan.screening.models import Round\n{code}")
    assert len(model_uses_in(VIEW, tree)) == uses


def late_imports() -> set[str]:
    return {
        name_of(file)
        for file in all_python_files()
        for outer in ast.walk(tree_of(file))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }


def test_nothing_is_imported_inside_functions() -> None:
    assert late_imports() == set(IMPORTED_LATE)


def test_all_rules_are_held_to_knowing_no_django() -> None:
    """The contract of the import linter names every `rules` and forbids every app's models."""
    contract = contracts()["importlinter:contract:pure_rules"]
    rules = {f"khumkan.{file.parent.name}.rules" for file in PACKAGE.glob("*/rules*") if file.stem == "rules"}
    models = {f"khumkan.{file.parent.name}.models" for file in PACKAGE.glob("*/models*") if file.stem == "models"}
    assert set(contract["source_modules"].split()) == rules
    assert set(contract["forbidden_modules"].split()) == {"django", *models}


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
