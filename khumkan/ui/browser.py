"""Where the browser is that tests look at pages with. `python khumkan/ui/browser.py` prints it, or fails."""

import shutil
import sys
from collections.abc import Callable

#: What the browser is called: in Debian, in other distributions, where Google packs it.
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find(which: Callable[[str], str | None] = shutil.which) -> str:
    """Return the path of the first browser that is there, or nothing."""
    return next((path for name in NAMES if (path := which(name))), "")


if __name__ == "__main__":
    found = find()
    print(found)
    sys.exit(0 if found else 1)
