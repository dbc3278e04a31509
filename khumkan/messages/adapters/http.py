"""SMS over HTTP: a JSON gateway that takes a batch and answers for each message.

    POST <url>   Authorization: Bearer <token>
    {"sender": "SSO", "messages": [{"reference": "…", "to": "+66812345678", "text": "…"}]}
    200 {"messages": [{"reference": "…", "status": "accepted", "id": "…"},
                      {"reference": "…", "status": "refused", "reason": "unknown_number"}]}

The gateway must take a reference that it has seen as already accepted. Options: `url`, `token`, `sender`, `timeout`.
Providers with another dialect get a small gateway of their own, or an adapter beside this one.
"""

from collections.abc import Sequence
from typing import Any

import httpx

from khumkan.messages.adapters.base import Letter, Outcome, Receipt, Result, Unavailable
from khumkan.messages.config import ProviderConfig

#: Answers that promise that nothing was taken.
NOTHING_TAKEN = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429, 503})
TIMEOUT = 20.0


class HttpGateway:
    """Speaks to the gateway described above."""

    def __init__(self, config: ProviderConfig) -> None:
        self.url = str(config.options["url"])
        self.token = str(config.options.get("token", ""))
        self.sender = str(config.options.get("sender", ""))
        self.timeout = float(config.options.get("timeout", TIMEOUT))

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Hand letters over in one call."""
        answers = self._answers(self._post(letters))
        return [self._outcome(letter, answers.get(str(letter.reference))) for letter in letters]

    def heard(self) -> list[Receipt]:
        """Receipts do not come this way."""
        return []

    def _post(self, letters: Sequence[Letter]) -> httpx.Response:
        messages = [{"reference": str(each.reference), "to": each.address, "text": each.body} for each in letters]
        try:
            response = httpx.post(
                self.url,
                json={"sender": self.sender, "messages": messages},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=httpx.Timeout(self.timeout, connect=5.0),
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable("no_connection", maybe_taken=False) from error
        except httpx.HTTPError as error:
            raise Unavailable("no_answer", maybe_taken=True) from error
        if response.status_code != httpx.codes.OK:
            taken = response.status_code not in NOTHING_TAKEN
            raise Unavailable(f"status_{response.status_code}", maybe_taken=taken)
        return response

    @staticmethod
    def _answers(response: httpx.Response) -> dict[str, dict[str, Any]]:
        try:
            return {str(each["reference"]): each for each in response.json()["messages"]}
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable("garbage", maybe_taken=True) from error

    @staticmethod
    def _outcome(letter: Letter, answer: dict[str, Any] | None) -> Outcome:
        status = answer.get("status") if answer else None
        if answer is not None and status == "accepted":
            return Outcome(letter.reference, Result.ACCEPTED, str(answer.get("id", ""))[:80])
        if answer is not None and status == "refused":
            return Outcome(letter.reference, Result.REFUSED, problem=str(answer.get("reason", "refused"))[:60])
        return Outcome(letter.reference, Result.UNKNOWN, problem="not_mentioned")
