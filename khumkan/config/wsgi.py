"""The entry for the web server."""

import gc
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khumkan.config.settings")
django.setup(set_prefix=False)

from khumkan.config.handler import Handler  # noqa: E402 - the settings come first
from khumkan.hotline import cutting  # noqa: E402

application = Handler()
# The dictionary by which Thai is cut into words is read now, so that nobody's first search waits a second for it.
cutting.warm()

# A thread that holds a lock in the database must not wait long for its turn while the others render pages: with the
# usual 5 ms each answer of the database would cost as much again, and everybody who wants the same place waits for it.
sys.setswitchinterval(0.0005)
# What is there now stays for ever: the collector need not look at it again and again.
gc.collect()
gc.freeze()
