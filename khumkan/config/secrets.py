"""Where the keys come from: the environment in production, a private file made once everywhere else."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Secrets:
    """All secrets of one installation. Keys are base64 of 32 random bytes."""

    secret_key: str
    sealing_keys: dict[int, str]
    index_key: str
    record_key: str
    #: Keys of certificates by number: private ones, and public ones, with `public:` before them, of earlier years.
    certificate_keys: dict[int, str]


def from_environment() -> Secrets:
    """Read the secrets of an installation in production.

    `KHUMKAN_KEYS` and `KHUMKAN_CERTIFICATE_KEYS` are JSON such as `{"1": "…", "2": "…"}`.

    :raises ImproperlyConfigured: when one is missing.
    """
    try:
        return Secrets(
            os.environ["KHUMKAN_SECRET_KEY"],
            _numbered(json.loads(os.environ["KHUMKAN_KEYS"])),
            os.environ["KHUMKAN_INDEX_KEY"],
            os.environ["KHUMKAN_RECORD_KEY"],
            _numbered(json.loads(os.environ["KHUMKAN_CERTIFICATE_KEYS"])),
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"{error.args[0]} is missing in the environment.") from error


def kept_in(folder: Path) -> Secrets:
    """Return the secrets kept in a folder, making them at the first call; only the owner may read the files."""
    kept = _kept(
        folder / "secrets.json",
        lambda: {
            "secret_key": secrets.token_urlsafe(50),
            "sealing_keys": {"1": _key()},
            "index_key": _key(),
            "record_key": _key(),
        },
    )
    # a file of its own: folders of earlier versions have the other one already
    signs = _kept(folder / "certificate_keys.json", lambda: {"1": _key()})
    return Secrets(
        kept["secret_key"], _numbered(kept["sealing_keys"]), kept["index_key"], kept["record_key"], _numbered(signs)
    )


def _kept(file: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    if not file.exists():
        _make(file, make())
    kept: dict[str, Any] = json.loads(file.read_text())
    return kept


def _make(file: Path, made: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made))
    try:
        os.link(draft, file)  # the first of several processes wins, the others read what it made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _numbered(keys: dict[str, str]) -> dict[int, str]:
    return {int(number): key for number, key in keys.items()}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
