"""Where the keys come from: the environment in production, a private file made once everywhere else."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Secrets:
    """All secrets of one installation. Keys are base64 of 32 random bytes."""

    secret_key: str
    sealing_keys: dict[int, str]
    index_key: str
    record_key: str


def from_environment() -> Secrets:
    """Read the secrets of an installation in production.

    `KHUMKAN_KEYS` is JSON such as `{"1": "…", "2": "…"}`.

    :raises ImproperlyConfigured: when one is missing.
    """
    try:
        keys = {int(key_id): key for key_id, key in json.loads(os.environ["KHUMKAN_KEYS"]).items()}
        return Secrets(
            os.environ["KHUMKAN_SECRET_KEY"], keys, os.environ["KHUMKAN_INDEX_KEY"], os.environ["KHUMKAN_RECORD_KEY"]
        )
    except KeyError as error:
        raise ImproperlyConfigured(f"{error.args[0]} is missing in the environment.") from error


def kept_in(folder: Path) -> Secrets:
    """Return the secrets kept in a folder, making them at the first call; only the owner may read the file."""
    file = folder / "secrets.json"
    if not file.exists():
        _make(file)
    kept = json.loads(file.read_text())
    keys = {int(key_id): key for key_id, key in kept["sealing_keys"].items()}
    return Secrets(kept["secret_key"], keys, kept["index_key"], kept["record_key"])


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "secret_key": secrets.token_urlsafe(50),
        "sealing_keys": {"1": _key()},
        "index_key": _key(),
        "record_key": _key(),
    }
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(made))
    try:
        os.link(draft, file)  # the first of several processes wins, the others read what it made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
