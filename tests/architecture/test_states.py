"""States are tables: every state is reachable, has an owner, and the committed diagrams equal the printed ones."""

from enum import StrEnum
from types import ModuleType

import pytest

from scripts import write_docs

MODULES = [module for module in write_docs.state_modules() if write_docs.machines(module)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_state_has_moves_and_an_owner(module: ModuleType) -> None:
    for kind, moves in write_docs.machines(module).items():
        assert set(moves) == set(kind), f"{kind.__name__} has states without moves"
        assert all(new in kind for targets in moves.values() for new in targets)
        owners = getattr(module, "OWNERS", {})
        assert all(state in owners for state in kind), f"{kind.__name__} has states without an owner"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_states_that_are_written_alike_have_owners_of_their_own(module: ModuleType) -> None:
    """States of two kinds with the same text are equal, so a plain dictionary would keep the last one's owner."""
    states = sum(len(kind) for kind in write_docs.machines(module))
    assert len(getattr(module, "OWNERS", {})) == states, "use ByState"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_state_is_reachable(module: ModuleType) -> None:
    for kind, moves in write_docs.machines(module).items():
        starts = {state for state in kind if not any(state in targets for targets in moves.values())}
        reached: set[StrEnum] = starts or {next(iter(kind))}
        while more := {new for state in reached for new in moves[state]} - reached:
            reached |= more
        assert reached == set(kind), f"{kind.__name__}: {set(kind) - reached} cannot be reached"


def test_generated_documents_are_up_to_date() -> None:
    stale = [
        str(file) for file, text in write_docs.documents().items() if not file.exists() or file.read_text() != text
    ]
    assert stale == [], "run: make docs"
