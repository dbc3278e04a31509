"""What an office can set from the environment, each in a process of its own, as a service starts."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = Path(__file__).resolve().parents[1]
HOW_TO = CONFIG.parents[1] / "docs" / "how-to" / "run-in-production.md"
KEY = base64.b64encode(bytes(32)).decode()
PRODUCTION = {
    "KHUMKAN_PRODUCTION": "1",
    "KHUMKAN_SECRET_KEY": "x" * 50,
    "KHUMKAN_KEYS": json.dumps({"1": KEY}),
    "KHUMKAN_INDEX_KEY": KEY,
    "KHUMKAN_RECORD_KEY": KEY,
    "KHUMKAN_CERTIFICATE_KEYS": json.dumps({"1": KEY}),
    "KHUMKAN_MESSAGES": json.dumps({"sms": []}),
    "KHUMKAN_HOSTS": "tests.example.go.th",
}
OIDC = {"thaid": {"name": "ThaiD", "audience": "persons"}}


def load(environment: dict[str, str], *names: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings with nothing of ours in the environment but this, and print some of them as JSON."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KHUMKAN_", "DATABASE_"))}
    program = (
        "import json, sys\nfrom khumkan.config import settings\n"
        "print(json.dumps([getattr(settings, name) for name in sys.argv[1:]]))"
    )
    command = [sys.executable, "-c", program, *names]
    kept = {"KHUMKAN_VAR": os.environ["KHUMKAN_VAR"]}
    return subprocess.run(command, env=clean | kept | environment, capture_output=True, text=True, check=False)


def loaded(environment: dict[str, str], *names: str) -> list[object]:
    done = load(environment, *names)
    assert done.returncode == 0, done.stderr
    values: list[object] = json.loads(done.stdout)
    return values


@pytest.mark.parametrize(
    ("variable", "given", "setting", "value"),
    [
        ("KHUMKAN_PROXIES", "2", "KHUMKAN_PROXIES", 2),
        ("KHUMKAN_OIDC", json.dumps(OIDC), "KHUMKAN_OIDC", OIDC),
        ("KHUMKAN_SMS_CODES_AN_HOUR", "5000", "KHUMKAN_SMS_CODES_AN_HOUR", 5000),
        ("KHUMKAN_PASSKEY_SITE", "example.go.th", "KHUMKAN_PASSKEY_SITE", "example.go.th"),
        ("KHUMKAN_EMAIL_HOST", "mail.example.go.th", "EMAIL_HOST", "mail.example.go.th"),
        ("KHUMKAN_EMAIL_PORT", "587", "EMAIL_PORT", 587),
        ("KHUMKAN_EMAIL_USER", "khumkan", "EMAIL_HOST_USER", "khumkan"),
        ("KHUMKAN_EMAIL_PASSWORD", "made up", "EMAIL_HOST_PASSWORD", "made up"),
        ("KHUMKAN_EMAIL_TLS", "starttls", "EMAIL_USE_TLS", True),
        ("KHUMKAN_EMAIL_TLS", "always", "EMAIL_USE_SSL", True),
        ("KHUMKAN_EMAIL_FROM", "help@example.go.th", "DEFAULT_FROM_EMAIL", "help@example.go.th"),
        ("KHUMKAN_ADDRESS", "https://help.example.go.th", "KHUMKAN_ADDRESS", "https://help.example.go.th"),
    ],
)
def test_a_variable_sets_its_setting(variable: str, given: str, setting: str, value: object) -> None:
    assert loaded(PRODUCTION | {variable: given}, setting) == [value]
    assert loaded(PRODUCTION | {variable: ""}, setting) != [value], "control: the value came from the variable"


def test_without_variables_a_service_in_production_is_cautious() -> None:
    names = ("KHUMKAN_PROXIES", "KHUMKAN_OIDC", "EMAIL_USE_TLS", "KHUMKAN_ADDRESS", "DEBUG", "SESSION_COOKIE_SECURE")
    assert loaded(PRODUCTION, *names) == [0, {}, False, "https://tests.example.go.th", False, True]


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("KHUMKAN_PROXIES", "one"),
        ("KHUMKAN_PROXIES", "-1"),
        ("KHUMKAN_OIDC", "{'thaid'"),
        ("KHUMKAN_OIDC", "[]"),
        ("KHUMKAN_EMAIL_TLS", "yes"),
    ],
)
def test_what_cannot_be_read_is_named(variable: str, given: str) -> None:
    done = load(PRODUCTION | {variable: given})

    assert done.returncode != 0
    assert f"ImproperlyConfigured: {variable} must be" in done.stderr


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name.endswith(("KEY", "KEYS", "MESSAGES"))])
def test_production_starts_with_all_secrets_or_not_at_all(missing: str) -> None:
    done = load({name: value for name, value in PRODUCTION.items() if name != missing})

    assert done.returncode != 0
    assert f"{missing} is missing" in done.stderr


@pytest.mark.parametrize("hosts", ["tests.example.go.th", "127.0.0.1,192.168.1.20", "*"])
def test_outside_production_nobody_else_is_served(hosts: str) -> None:
    done = load({"KHUMKAN_HOSTS": hosts})

    assert done.returncode != 0
    assert "asks for KHUMKAN_PRODUCTION=1" in done.stderr


def test_control_outside_production_this_machine_is_served() -> None:
    hosts = [["127.0.0.1", "localhost", "[::1]"]]
    assert loaded({}, "ALLOWED_HOSTS") == loaded({"KHUMKAN_HOSTS": ""}, "ALLOWED_HOSTS") == hosts
    assert loaded({"KHUMKAN_HOSTS": "localhost"}, "ALLOWED_HOSTS") == [["localhost"]]


def test_the_how_to_names_every_variable_that_is_read_and_no_other() -> None:
    read = set()
    for file in ("settings.py", "secrets.py"):
        read |= set(re.findall(r'"(KHUMKAN_[A-Z_]+|DATABASE_URL)"', (CONFIG / file).read_text()))
    told = set(re.findall(r"KHUMKAN_[A-Z_]+|DATABASE_URL", HOW_TO.read_text()))

    assert told == read
