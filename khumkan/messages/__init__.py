"""Messages to people: SMS and e-mail from templates in two languages.

A message is queued in the transaction of the change that it tells of, and holds a template's name and harmless words;
its text is made at the moment of sending and never kept. It never holds a test result or an identity number: who wants
to know signs in. Jobs send batches of hundreds under our own reference, so that a provider can drop what it already
has; a batch that was cut off is sent again under the same reference.

`send`, `send_many`, `send_each` and `send_to_address` queue, `stop` takes back what no provider has; `sending` sends;
`adapters` speak to providers; `receipts` hears back.
Templates are files: `<app>/templates/<app>/messages/<name>.<th|en>.txt`, called `<app>.<name>`.
"""

from khumkan.messages.actions import send, send_each, send_many, send_to_address, stop
from khumkan.messages.states import Channel, State

__all__ = ["Channel", "State", "send", "send_each", "send_many", "send_to_address", "stop"]
