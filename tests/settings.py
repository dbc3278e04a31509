"""Settings for tests: the real ones, made stricter."""

import os
from pathlib import Path

from khumkan.command import postgres

TEST_VAR = Path(__file__).resolve().parents[1] / "var" / "test"
#: Whether the tests run on a private server of their own.
OWN_SERVER = not os.environ.get("DATABASE_URL")
os.environ["KHUMKAN_VAR"] = str(TEST_VAR)
if OWN_SERVER:
    os.environ["DATABASE_URL"] = postgres.url(TEST_VAR / "postgres", "khumkan")

from khumkan.config.settings import *  # noqa: E402, F403 the environment comes first
from khumkan.config.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES, TEMPLATES  # noqa: E402


class UndefinedVariable(str):
    """What a template shows for a variable that nobody defined: nothing, for the test fails."""

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"the template uses {variable}, which is not defined")


INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
#: A request that asks the same question once for each row of a list fails.
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
ZEAL_NPLUSONE_THRESHOLD = 4
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("undefined: %s")  # type: ignore[index]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
GALLERY = True
