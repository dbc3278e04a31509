"""E-mail through Django's mail settings. The message id is our reference, so that a repetition can be recognised."""

import smtplib
from collections.abc import Sequence

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from khumkan.messages.adapters.base import Letter, Outcome, Receipt, Result, Unavailable
from khumkan.messages.config import ProviderConfig


class Email:
    """Speaks SMTP, one connection a batch. Options: `sender`, `domain` (of the message ids)."""

    def __init__(self, config: ProviderConfig) -> None:
        self.sender = config.options.get("sender")
        self.domain = str(config.options.get("domain", "khumkan.invalid"))

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Hand letters over one after the other; when the server goes away, the rest is for later."""
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:
            raise Unavailable("no_connection", maybe_taken=False) from error
        outcomes: list[Outcome] = []
        try:
            for letter in letters:
                outcomes.append(self._send_one(connection, letter))
        except OSError:  # smtplib's errors are among them
            outcomes.append(Outcome(letters[len(outcomes)].reference, Result.UNKNOWN, problem="no_answer"))
        finally:
            connection.close()
        rest = letters[len(outcomes) :]
        return outcomes + [Outcome(letter.reference, Result.LATER, problem="no_connection") for letter in rest]

    def heard(self) -> list[Receipt]:
        """Receipts do not come this way."""
        return []

    def _send_one(self, connection: BaseEmailBackend, letter: Letter) -> Outcome:
        message = EmailMessage(
            letter.subject,
            letter.body,
            self.sender,
            [letter.address],
            connection=connection,
            headers={"Message-ID": f"<{letter.reference}@{self.domain}>"},
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused:
            return Outcome(letter.reference, Result.REFUSED, problem="recipient_refused")
        except smtplib.SMTPResponseException as error:
            result = Result.REFUSED if error.smtp_code >= 500 else Result.LATER
            return Outcome(letter.reference, result, problem=f"smtp_{error.smtp_code}")
        return Outcome(letter.reference, Result.ACCEPTED)
