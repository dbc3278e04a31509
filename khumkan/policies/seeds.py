"""Storing the versions that are declared in code. They have a public source instead of two officers."""

import json

from django.db import connection

from khumkan.policies.terms import Kind, to_json

STORE = """
INSERT INTO policies_termsversion (kind, number, effective_from, values, why, source, created_at)
SELECT %(kind)s, seed.number, seed.effective_from, seed.values, seed.why, seed.source, statement_timestamp()
FROM jsonb_to_recordset(%(seeds)s::jsonb)
     AS seed (number integer, effective_from date, values jsonb, why text, source text)
WHERE NOT EXISTS (SELECT FROM policies_termsversion WHERE kind = %(kind)s)
ON CONFLICT (kind, number) DO NOTHING
"""


def store(declared: Kind) -> bool:
    """Store the versions of a kind that has none yet; say whether there was anything to store.

    A kind that has a version is left alone: from then on the officers own it.
    """
    rows = [
        {
            "number": number,
            "effective_from": seed.effective_from.isoformat(),
            "values": to_json(seed.values),
            "why": seed.why,
            "source": seed.source,
        }
        for number, seed in enumerate(declared.seeds, start=1)
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE, {"kind": declared.name, "seeds": json.dumps(rows)})
        return bool(cursor.rowcount)
