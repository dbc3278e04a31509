"""What HR offices are told of rounds: day, place and how many are called, never who came or what was found."""

from collections.abc import Mapping, Sequence

from khumkan import messages
from khumkan.kernel import clock
from khumkan.messages.states import Channel
from khumkan.registry import queries as registry
from khumkan.screening.models import Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries


def tell_called(
    round: Round, rows: Sequence[RoundEmployer], *, called: Mapping[int, int], sessions: Mapping[int, Session]
) -> None:
    """Tell enterprises when, where and how many are called; the names stand on their own page, behind sign-in.

    :param called: how many, by employer; `sessions` likewise, each with its site.
    """
    asked = {row.employer_id: (sessions[row.employer_id], called[row.employer_id]) for row in rows}
    told = _tell("round_employer", asked, about=round)
    now = clock.now()
    reached = [row for row in rows if row.employer_id in told]
    for row in reached:
        row.told_at = now
    RoundEmployer.objects.bulk_update(reached, ["told_at"], batch_size=2_000)


def tell_cancelled(session: Session) -> None:
    """Tell the enterprises whose workers were called to a session that it does not take place."""
    called = queries.called_by_employer(session)
    if called:
        asked = {employer_id: (session, people) for employer_id, people in called.items()}
        _tell("round_employer_cancelled", asked, about=session)


def _tell(template: str, asked: Mapping[int, tuple[Session, int]], *, about: Round | Session) -> set[int]:
    """Send one message to each enterprise that can be reached; return which these are."""
    contacts = registry.contacts_of_employers(asked)
    told = set()
    for employer_id, (session, people) in asked.items():
        contact = contacts.get(employer_id)
        if contact is None or not (contact.email or contact.phone):
            continue
        messages.send_to_address(
            f"screening.{template}",
            address=contact.email or contact.phone,
            channel=Channel.EMAIL if contact.email else Channel.SMS,
            language=contact.language,
            params={
                "begins": session.starts_at.isoformat(),
                "site_th": session.site.name_th,
                "site_en": session.site.name_en or session.site.name_th,
                "people": people,
            },
            about=about,
        )
        told.add(employer_id)
    return told
