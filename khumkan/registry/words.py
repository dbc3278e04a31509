"""How the states of an import are called on pages, and in which colour they stand."""

from collections.abc import Mapping

from khumkan.registry.states import ImportState, RowVerdict

TONES: Mapping[ImportState, str] = {
    ImportState.WAITING: "wait",
    ImportState.RUNNING: "info",
    ImportState.DONE: "good",
    ImportState.REFUSED: "bad",
    ImportState.CANCELLED: "done",
    ImportState.FAILED: "bad",
}
ROW_TONES: Mapping[RowVerdict, str] = {RowVerdict.REFUSED: "bad", RowVerdict.DUPLICATE: "done"}
