"""The backend that `ENGINE` names. Django finds it by its module and the name of the class."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket instead of the server before each request: a question costs as much as a page's own query.

    A server that went away has said farewell or closed the socket; both can be seen without a round trip. A server that
    vanished without either is noticed by the first statement, as it would be a moment after any question.
    """

    def is_usable(self) -> bool:
        """Tell whether the kept connection is as quiet as a live one between two requests."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN)
        return not poll.poll(0)
