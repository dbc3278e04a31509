"""Who may open which page of the hospitels; see `table.py`."""

from tests.trust.marks import Page

BOARD: dict[str, Page] = {}
WAITING: dict[str, Page] = {}
MINE: dict[str, Page] = {}
CALLERS: dict[str, Page] = {}
TRANSPORT: dict[str, Page] = {}
STAYS: dict[str, Page] = {}
ROUNDS: dict[str, Page] = {}
PAPERS: dict[str, Page] = {}
TABLES = (BOARD, WAITING, MINE, CALLERS, TRANSPORT, STAYS, ROUNDS, PAPERS)
