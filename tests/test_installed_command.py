"""The command that an installation has can be read by the processes that it starts."""

import runpy
import sys
import sysconfig
from pathlib import Path

import pytest

COMMAND = Path(sysconfig.get_path("scripts")) / "khumkan"


def test_a_process_that_reads_the_command_again_does_not_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large files are read by processes that begin by reading the main file under this name."""
    monkeypatch.setattr(sys, "argv", ["khumkan", "--help"])
    runpy.run_path(str(COMMAND), run_name="__mp_main__")


def test_control_whoever_calls_the_command_runs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["khumkan", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(COMMAND), run_name="__main__")
    assert "bench" in capsys.readouterr().out
