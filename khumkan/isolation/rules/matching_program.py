"""A linear program with whole numbers, as HiGHS solves it: reproducible, on one thread."""

from collections.abc import Iterable
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Branches that are looked at before a solution with a gap is taken as it is; counted, because a time would make the
#: result depend on the machine.
MOST_NODES = 500
SEED = 1


class _Silent(highspy.Highs):
    """The solver without its greeting, which it writes to standard output before anybody can forbid it."""

    def enableCallbacks(self) -> None:  # noqa: N802 (the solver calls it while it is made)
        """Forbid all output first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Program:
    """Columns with a worth, rows with limits; the worth is maximised.

    Columns may be added between two solutions. Values are thousandths of a point; the solver sees points.
    """

    def __init__(self) -> None:
        self._highs: Any = _Silent()  # type: ignore[no-untyped-call]
        options: dict[str, bool | float | str] = {
            "threads": 1,
            "parallel": "off",
            "random_seed": SEED,
            "mip_abs_gap": 0.0,
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._whole: list[int] = []
        self._rows: list[tuple[float, float]] = []
        self._columns: list[tuple[float, float]] = []
        self._entries: list[tuple[int, float]] = []
        self._starts: list[int] = []
        self.rows = 0
        self.columns = 0

    def row(self, *, most: float, least: float = -highspy.kHighsInf) -> int:
        """Add a row with its limits and return its number."""
        self._rows.append((least, most))
        self.rows += 1
        return self.rows - 1

    def column(
        self, worth: int, entries: Iterable[tuple[int, float]], *, most: float = highspy.kHighsInf, whole: bool = False
    ) -> int:
        """Add a column from nothing to `most`, with its factors by row, and return its number."""
        if whole:
            self._whole.append(self.columns)
        self._starts.append(len(self._entries))
        self._entries.extend(entries)
        self._columns.append((worth / 1_000, most))
        self.columns += 1
        return self.columns - 1

    def relaxed(self) -> tuple[float, Floats]:
        """Solve without whole numbers: the best worth in thousandths, and what one more of each row would bring."""
        self._hand_over()
        self._run()
        return 1_000 * self._highs.getInfo().objective_function_value, self._duals()

    def solved(self, *, gap: float) -> tuple[float, NDArray[np.int64]]:
        """Solve with whole numbers: an upper bound of the worth in thousandths, and the columns.

        :param gap: the part by which the worth may stay below the bound; 0 searches until there is none.
        """
        self._hand_over()
        whole = np.array(self._whole, dtype=np.int32)
        self._set_kind(whole, highspy.HighsVarType.kInteger)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_max_nodes", MOST_NODES if gap else highspy.kHighsIInf)
        self._run()
        bound = 1_000 * (self._highs.getInfo().mip_dual_bound if len(whole) else self._objective())
        fixed = np.rint(self._values()[whole])
        self._set_kind(whole, highspy.HighsVarType.kContinuous)
        return bound, self._vertex(whole, fixed)

    def _vertex(self, whole: NDArray[np.int32], fixed: Floats) -> NDArray[np.int64]:
        """With the whole numbers fixed the rest is a flow, of which a corner is whole."""
        self._highs.changeColsBounds(len(whole), whole, fixed, fixed)
        self._run()
        values = self._values()
        rounded = np.rint(values)
        if np.abs(values - rounded).max(initial=0.0) > 1e-5:
            raise ArithmeticError("a corner of a flow is not whole")
        self._highs.changeColsBounds(len(whole), whole, np.zeros(len(whole)), np.full(len(whole), highspy.kHighsInf))
        return rounded.astype(np.int64)

    def _set_kind(self, whole: NDArray[np.int32], kind: Any) -> None:
        if len(whole):
            self._highs.changeColsIntegrality(len(whole), whole, np.array([kind] * len(whole)))

    def _run(self) -> None:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kModelEmpty,
            highspy.HighsModelStatus.kSolutionLimit,
        ):
            raise ArithmeticError(f"the solver ended with {status}")

    def _objective(self) -> float:
        return float(self._highs.getInfo().objective_function_value)

    def _values(self) -> Floats:
        return np.array(self._highs.getSolution().col_value, dtype=np.float64)

    def _duals(self) -> Floats:
        return np.array(self._highs.getSolution().row_dual, dtype=np.float64) * 1_000

    def _hand_over(self) -> None:
        nothing = np.array([], dtype=np.int32)
        if self._rows:
            least, most = np.array(self._rows, dtype=np.float64).T
            self._highs.addRows(
                len(self._rows), least.copy(), most.copy(), 0, np.zeros(len(self._rows), dtype=np.int32), nothing,
                nothing.astype(np.float64),
            )  # fmt: skip
        if self._columns:
            worth, most = np.array(self._columns, dtype=np.float64).T
            factors = np.array([factor for _, factor in self._entries], dtype=np.float64)
            self._highs.addCols(
                len(worth), worth.copy(), np.zeros(len(worth)), most.copy(), len(factors),
                np.array(self._starts, dtype=np.int32), np.array([row for row, _ in self._entries], dtype=np.int32),
                factors,
            )  # fmt: skip
        self._rows, self._columns, self._entries, self._starts = [], [], [], []
