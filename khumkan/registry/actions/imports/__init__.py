"""Files of many rows: persons, employers, monthly filings.

A file is read twice at most and never held whole. Pieces of it go to worker processes, which check each cell, seal and
index what must not stand in clear, and hand back the bytes of a binary COPY into a staging table that lives only as
long as the transaction. The rest is done by the database in sets: doubles in the file, numbers that are known already,
unknown employers. Every row ends with one verdict; accepted rows, verdicts and counts are committed together or not at
all. A process that dies leaves an import that is marked as broken off, or that begins anew when its file is kept.
"""

from khumkan.registry.actions.imports.employers import import_employers
from khumkan.registry.actions.imports.filings import FixedWidth, checked_filing, import_filing
from khumkan.registry.actions.imports.journal import Cancelled, FilingOf, close_broken_imports
from khumkan.registry.actions.imports.kept import cancel_import, read_kept, receive_import
from khumkan.registry.actions.imports.persons import import_people
from khumkan.registry.actions.imports.reports import corrected_file, hand_out_rows

__all__ = [
    "Cancelled",
    "FilingOf",
    "FixedWidth",
    "cancel_import",
    "checked_filing",
    "close_broken_imports",
    "corrected_file",
    "hand_out_rows",
    "import_employers",
    "import_filing",
    "import_people",
    "read_kept",
    "receive_import",
]
