"""What a model declares is in the database: a constraint that a migration lost on its way protects nobody."""

import pytest
from django.apps import apps
from django.db import connection

NAMES = """
SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.mark.django_db
def test_every_declared_constraint_and_index_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        there = {name for (name,) in cursor.fetchall()}
    declared = {
        (model._meta.label, each.name)
        for model in apps.get_models()
        if model._meta.managed and model.__module__.startswith("khumkan.")
        for each in (*model._meta.constraints, *model._meta.indexes)
    }
    missing = sorted((model, name) for model, name in declared if name not in there)
    assert declared
    assert not missing, missing
