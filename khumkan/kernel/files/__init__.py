"""Tables that people send in: CSV in the encodings of Thai offices, and XLSX behind guards.

`read_table` gives a `Table` whose rows carry the numbers that a spreadsheet shows. Everything that is wrong with a file
is refused as a whole, in words, before any row is handed out; what is wrong with a cell is said by `cells`. `csv_safe`
and `write_xlsx` write tables that a spreadsheet cannot mistake for formulas.
"""

from khumkan.kernel.files.cells import cell_date, cell_number_text, cell_text
from khumkan.kernel.files.limits import Limits
from khumkan.kernel.files.tables import Row, Table, read_table
from khumkan.kernel.files.text import TextForm, examine
from khumkan.kernel.files.writing import csv_safe, safe_cell, write_csv_safe, write_xlsx

__all__ = [
    "Limits",
    "Row",
    "Table",
    "TextForm",
    "cell_date",
    "cell_number_text",
    "cell_text",
    "csv_safe",
    "examine",
    "read_table",
    "safe_cell",
    "write_csv_safe",
    "write_xlsx",
]
