"""`python -m khumkan.command` is `khumkan`."""

from khumkan.command.main import main

main()
