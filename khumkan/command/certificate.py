"""Checking of vaccination certificates: needs no database and no network."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from khumkan.command.progress import last_line
from khumkan.kernel.cose import NotGenuine
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Checked, Keys, Outcome, Revoked

#: After so many days a list of revoked certificates tells little.
OLD = timedelta(days=7)
SENTENCES = {
    Outcome.VALID: "The certificate is genuine and valid.",
    Outcome.EXPIRED: "The certificate is genuine, and has EXPIRED.",
    Outcome.REVOKED: "The certificate was genuine and is REVOKED.",
    Outcome.FORGED: "THE CERTIFICATE IS NOT GENUINE: it was changed, is damaged, or was made up.",
    Outcome.UNKNOWN_KEY: "THE CERTIFICATE IS NOT SIGNED BY ANY OF THESE KEYS.",
    Outcome.NOT_OURS: f"This is no certificate of this kind: its text begins with {rules.PREFIX}",
}
NOT_ASKED = "Whether it was revoked is not known: give the published list with --revoked."


@click.group()
def certificate() -> None:
    """Check vaccination certificates."""


@certificate.command()
@click.argument("file_or_text")
@click.option("--keys", "keys_file", required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--revoked", "revoked_file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def verify(file_or_text: str, keys_file: Path, revoked_file: Path | None, as_json: bool) -> None:
    """Say whether the text of a QR code, or the text in a FILE, is a certificate that holds.

    KEYS and REVOKED are the files that the office publishes as /vaccination/keys.json and /vaccination/revoked.json.
    """
    now = datetime.now(UTC)
    keys = _keys(keys_file)
    revoked = _revoked(revoked_file, keys) if revoked_file is not None else None
    checked = rules.check(_text(file_or_text), keys=keys, revoked=revoked.hashes if revoked else (), now=now)
    if as_json:
        last_line(_as_json(checked, revoked))
    else:
        _tell(checked, revoked, now=now)
    if checked.outcome is not Outcome.VALID:
        raise SystemExit(1)


def _tell(checked: Checked, revoked: Revoked | None, *, now: datetime) -> None:
    if checked.content is not None:
        click.echo(f"{checked.content.name}, born {checked.content.born or 'in an unknown year'}")
        for dose in checked.content.doses:
            click.echo(f"dose {dose.number}: {dose.vaccine}, {dose.on}")
        click.echo(f"{checked.content.code}, issued by {checked.content.issuer}, until {checked.content.expires_at}")
    if revoked is None:
        click.echo(NOT_ASKED)
    elif now - revoked.issued_at > OLD:
        click.echo(f"The list of revoked certificates is of {revoked.issued_at:%Y-%m-%d}: fetch a newer one.")
    click.echo(SENTENCES[checked.outcome])


def _as_json(checked: Checked, revoked: Revoked | None) -> dict[str, object]:
    content = checked.content
    return {
        "outcome": checked.outcome.value,
        "code": content.code if content else None,
        "name": content.name if content else None,
        "born": content.born if content else None,
        "doses": [[dose.number, dose.vaccine, dose.on.isoformat()] for dose in content.doses] if content else [],
        "revoked_list_of": revoked.issued_at.isoformat() if revoked else None,
    }


def _text(file_or_text: str) -> str:
    if file_or_text.lstrip().startswith(rules.PREFIX):
        return file_or_text
    file = Path(file_or_text)
    if not file.is_file():
        raise click.BadParameter(f"{file_or_text} is no file, and no text that begins with {rules.PREFIX}")
    return file.read_text(errors="replace")


def _keys(file: Path) -> Keys:
    try:
        return rules.keys_in(file.read_text())
    except ValueError as error:
        raise click.BadParameter(f"{file} is no set of keys.") from error


def _revoked(file: Path, keys: Keys) -> Revoked:
    """Read the list of revoked certificates; one that was tampered with is worse than none."""
    try:
        return rules.revoked_in(file.read_text(), keys)
    except ValueError as error:
        raise click.BadParameter(f"{file} is no list of revoked certificates.") from error
    except NotGenuine as error:
        raise click.BadParameter(f"{file} is not genuine: {error}.") from error
