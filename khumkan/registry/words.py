"""How the states of an import are called on pages, and in which colour they stand."""

from collections.abc import Mapping

from khumkan.registry.states import FilingState, ImportState, RowVerdict

TONES: Mapping[ImportState, str] = {
    ImportState.WAITING: "wait",
    ImportState.RUNNING: "info",
    ImportState.DONE: "good",
    ImportState.REFUSED: "bad",
    ImportState.CANCELLED: "done",
    ImportState.FAILED: "bad",
}
ROW_TONES: Mapping[RowVerdict, str] = {RowVerdict.REFUSED: "bad", RowVerdict.DUPLICATE: "done"}
MONTH_TONES: Mapping[FilingState, str] = {
    FilingState.DUE: "wait",
    FilingState.IN_PART: "wait",
    FilingState.LATE: "bad",
    FilingState.LATE_IN_PART: "bad",
    FilingState.FILED: "good",
}
