"""After the dose: the certificate by itself, the questions on the days after, and those that stay open. Any of it may
run twice."""

from procrastinate.contrib.django import app

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.vaccination.actions import aftercare, certificates
from khumkan.vaccination.queries.certificates import injections_of_doses

KHUMKAN = Actor.system("vaccination")


def doses_given(events: list[Event]) -> None:
    """Issue the certificates of doses that were given."""
    doses = [event.about_id for event in events if event.about_id is not None]
    certificates.issue_for(injection_ids=injections_of_doses(doses), by=KHUMKAN)


@app.periodic(cron="5 2 * * *")  # five past nine in Bangkok
@app.task(name="vaccination.ask_how_they_feel", queueing_lock="vaccination.ask_how_they_feel")
def ask_how_they_feel(timestamp: int) -> int:
    """Ask everybody whose day has come how they feel, and close the questions that nobody answered."""
    aftercare.close_missed(by=KHUMKAN)
    asked = 0
    while part := aftercare.ask_due(by=KHUMKAN):
        asked += part
    return asked


record.listen("vaccination.given", doses_given)
