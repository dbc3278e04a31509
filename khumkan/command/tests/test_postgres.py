"""The private server runs as root and as a user, and opens nobody's folders for it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from khumkan.command import postgres

pytestmark = [pytest.mark.xdist_group("command"), pytest.mark.timeout(300)]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run the server itself")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where root keeps what the server's user cannot reach in the checkout; for this test only."""
    folder = Path("/var/tmp") / f"khumkan-{os.getpid()}"  # noqa: S108 its folders are open, as those of /var/lib are
    monkeypatch.setattr(postgres, "ELSEWHERE", folder)
    postgres._programs.cache_clear()
    yield folder
    postgres._programs.cache_clear()
    if folder.exists():
        for each in sorted(folder.rglob("*"), reverse=True):
            each.rmdir() if each.is_dir() and not each.is_symlink() else each.unlink()
        folder.rmdir()


def mode_of(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def answers(address: str) -> bool:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


@as_root
def test_a_closed_folder_stays_closed(tmp_path: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    data = home / "checkout" / "var" / "postgres"
    home.mkdir(mode=0o700)
    with postgres.running(data, disposable=True) as address:
        assert answers(address)
    assert mode_of(home) == 0o700
    assert data.is_symlink()
    assert data.resolve().parent == elsewhere
    assert str(data.resolve()) in capsys.readouterr().err
    with postgres.running(data, disposable=True) as address:
        assert answers(address), "a second start finds the data again"
    assert len(list(elsewhere.glob("data-*"))) == 1


@as_root
def test_programs_below_a_closed_folder_run_from_a_copy(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "pginstall"
    closed.symlink_to(postgres.PROGRAMS.parent)
    monkeypatch.setattr(postgres, "_closed_above", lambda folder: tmp_path if folder.name == "bin" else None)
    monkeypatch.setattr(postgres, "PROGRAMS", closed / "bin")
    copy = postgres._programs()
    assert copy.parent.parent == elsewhere
    assert (copy / "postgres").stat().st_mode & stat.S_IXOTH
    assert not list(elsewhere.glob("draft-*"))


@as_root
def test_data_that_cannot_be_reached_are_said_and_not_made_anew(tmp_path: Path, elsewhere: Path) -> None:
    home = tmp_path / "home"
    data = home / "var" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18")
    home.chmod(0o700)
    with pytest.raises(postgres.PostgresFailed, match="closed to the user"):
        postgres.start(data)
    assert not elsewhere.exists()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    long, short = tmp_path / ("x" * 100) / "postgres", Path("/srv/postgres")
    assert len(str(postgres.socket_folder(long))) < 80
    assert postgres.socket_folder(long) != postgres.socket_folder(long.with_name("other"))
    assert postgres.socket_folder(short) == short
