"""What the database does not refuse by itself, counted."""

from django.db import connection

#: Tables that point to another without a foreign key in the database (see `models`), with the column and the table
#: meant.
POINTERS = (
    ("registry_identitydocument", "person_id", "registry_person"),
    ("registry_contact", "person_id", "registry_person"),
    ("registry_personchange", "person_id", "registry_person"),
    ("registry_coverage", "person_id", "registry_person"),
    ("registry_employment", "person_id", "registry_person"),
    ("registry_employment", "employer_id", "registry_employer"),
    ("registry_employment", "branch_id", "registry_branch"),
    ("registry_filingline", "person_id", "registry_person"),
    ("registry_filingline", "filing_id", "registry_filing"),
)


def orphans() -> dict[str, int]:
    """Return, for each pointer without a foreign key, how many rows point to nothing.

    Reads whole tables: not for requests.
    """
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, column, target in POINTERS:
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL "  # noqa: S608 names from the list above
                f"AND NOT EXISTS (SELECT FROM {target} WHERE id = t.{column})"
            )
            counts[f"{table}.{column}"] = cursor.fetchone()[0]
    return counts
