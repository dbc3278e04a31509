"""A worker process that the crash test of announcements starts and kills: the real one, with small and slow parts.

python -m khumkan.situation.tests.announcing_worker <json>
"""

import time

from khumkan.messages.tests import crashing_worker

#: So many parts of a thousand people, and seconds for each, that most kills fall between two of them or into one.
PEOPLE, SECONDS = 25, 0.2


def main() -> None:
    """Work until killed."""
    hurry = crashing_worker._hurry

    def hurry_and_dawdle() -> None:
        hurry()
        _dawdle()

    crashing_worker._hurry = hurry_and_dawdle  # type: ignore[assignment]
    crashing_worker.main()


def _dawdle() -> None:
    """Let parts be small, and each take its time with its rows already written."""
    from khumkan import messages
    from khumkan.situation.actions import sending

    sending.PART, send_each = PEOPLE, messages.send_each

    def slowly(*args: object, **more: object) -> int:
        time.sleep(SECONDS)
        return send_each(*args, **more)  # type: ignore[arg-type]

    messages.send_each = slowly  # type: ignore[assignment]


if __name__ == "__main__":
    main()
