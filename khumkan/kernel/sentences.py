"""Reasons that are kept with a row: stored as codes and values, never as sentences, and read back in any language."""

import re
from collections.abc import Iterable, Mapping

from khumkan.kernel.errors import Reason

NAMED = re.compile(r"%\((\w+)\)")


class Sentences:
    """The sentences of a programme by their codes.

    :param texts: each sentence marked with `N_`, with `%(name)s` for the values; no two codes share one.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.codes = {text: code for code, text in texts.items()}

    def reason(self, code: str, **params: object) -> Reason:
        """Return the reason with this code."""
        return Reason(code, self.texts[code], params)

    def stored(self, reasons: Iterable[Reason]) -> list[dict[str, object]]:
        """Return reasons as they are kept; one without a code of ours, such as a remark, is not kept."""
        return [
            {"code": self.codes[one.text], **{name: _value(one.params[name]) for name in NAMED.findall(one.text)}}
            for one in reasons
            if one.text in self.codes
        ]

    def read(self, kept: Iterable[Mapping[str, object]]) -> list[Reason]:
        """Return the reasons that were kept; a code that this release does not know is left out."""
        return [
            Reason(code, self.texts[code], {name: value for name, value in one.items() if name != "code"})
            for one in kept
            if (code := str(one.get("code"))) in self.texts
        ]


def _value(value: object) -> object:
    return value if isinstance(value, int) else str(value)
