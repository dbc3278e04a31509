"""Asking again, reminding, noting who did not come, ending what cannot be. Everything may run twice."""

from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import ending, missing, reminding

KHUMKAN = Actor.system("vaccination")


@app.periodic(cron="15 3 * * *")  # a quarter past ten in Bangkok: people are awake
@app.task(name="vaccination.ask_again", queueing_lock="vaccination.ask_again")
def ask_again(timestamp: int) -> int:
    """Ask those once more who were invited and have not answered."""
    return reminding.ask_again()


@app.periodic(cron="*/15 * * * *")
@app.task(name="vaccination.remind", queueing_lock="vaccination.remind")
def remind(timestamp: int) -> int:
    """Remind those whose date comes soon."""
    return reminding.remind_of_dates()


@app.periodic(cron="20 1-13 * * *")  # each hour from eight to eight in Bangkok: people are awake
@app.task(name="vaccination.note_missed", queueing_lock="vaccination.note_missed")
def note_missed(timestamp: int) -> int:
    """Let those wait again who did not come to their date."""
    return missing.note_missed(by=KHUMKAN)


@app.periodic(cron="40 19 * * *")  # at night in Bangkok
@app.task(name="vaccination.end_of_the_dead", queueing_lock="vaccination.end_of_the_dead")
def end_of_the_dead(timestamp: int) -> int:
    """End the enrolments of those who have died."""
    return ending.end_of_the_dead(by=KHUMKAN)
