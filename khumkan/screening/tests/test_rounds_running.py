"""Announcing, calling substitutes, closing and cancelling; who is told what."""

from datetime import timedelta

import pytest

from khumkan.kernel import clock
from khumkan.messages.models import Message
from khumkan.messages.templates import render
from khumkan.places.models import Site
from khumkan.registry.actions.employers import set_employer_contact
from khumkan.registry.models import Employer
from khumkan.registry.states import ContactKind
from khumkan.screening.actions import registrations, rounds
from khumkan.screening.actions.result_files import import_file
from khumkan.screening.actions.rounds import announcing
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.models import Case, Drawn, Registration, Round, RoundEmployer, Session
from khumkan.screening.queries import rounds as queries
from khumkan.screening.states import RegistrationState, RoundState
from khumkan.screening.terms.rounds import RoundTerms
from khumkan.screening.tests.at_the_lab import a_laboratory, csv_file, lab_worker, specimens
from khumkan.screening.tests.drawing import OFFICE, a_round, an_employer, open_every_day, refused
from khumkan.screening.tests.registering import a_person, a_site, as_contact

pytestmark = pytest.mark.django_db


def announced(*workers: int) -> tuple[Round, list[Employer]]:
    employers = [an_employer(count) for count in workers]
    return a_round(employers, upto=RoundState.ANNOUNCED), employers


def arrangement(made: Round, site: Site | None, per_day: int = 100) -> Arrangement:
    return Arrangement(
        site_id=site.pk if site else None, first_day=made.first_day, last_day=made.last_day, per_day=per_day
    )


def test_everybody_drawn_gets_a_place_and_is_told() -> None:
    made, _ = announced(40, 20)
    sample = set(Drawn.objects.filter(round=made, is_substitute=False).values_list("person_id", flat=True))
    booked = Registration.objects.filter(round=made, state=RegistrationState.BOOKED)
    assert set(booked.values_list("person_id", flat=True)) == sample
    assert len(sample) == 12
    told = Message.objects.filter(template="screening.round_called")
    assert set(told.values_list("person_id", flat=True)) == sample
    session = Session.objects.get(round=made)
    assert not session.is_public
    assert set(Drawn.objects.filter(round=made, is_substitute=False).values_list("session_id", flat=True)) == {
        session.pk
    }


def test_days_are_spread_and_enterprises_stay_together() -> None:
    employers = [an_employer(50) for _ in range(4)]
    made = a_round(employers, upto=RoundState.DRAWN)
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    rounds.arrange(round=made, arrangement=arrangement(made, site, per_day=20), by=OFFICE)
    rounds.announce(round=made, by=OFFICE)
    called = queries.sample_by_employer(made.pk)
    by_day: dict[object, int] = {}
    for row in RoundEmployer.objects.filter(round=made):
        by_day[row.day] = by_day.get(row.day, 0) + called.get(row.employer_id, 0)
    assert sum(by_day.values()) == 40
    assert max(by_day.values()) <= 20
    with refused("not_now"):
        rounds.arrange(round=made, arrangement=arrangement(made, site), by=OFFICE)


def test_too_few_days_are_refused() -> None:
    made = a_round([an_employer(100) for _ in range(9)], upto=RoundState.DRAWN)
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    with refused("days_full"):
        rounds.arrange(round=made, arrangement=arrangement(made, site, per_day=10), by=OFFICE)


def test_the_team_comes_to_the_workplace() -> None:
    first, second = an_employer(20), an_employer(20)
    made = a_round([first, second], upto=RoundState.DRAWN)
    rounds.arrange(round=made, arrangement=arrangement(made, None), by=OFFICE)
    rounds.announce(round=made, by=OFFICE)
    sites = {row.employer_id: row.site for row in RoundEmployer.objects.filter(round=made).select_related("site")}
    assert sites[first.pk].name_th == first.name_th
    again = a_round([first], upto=RoundState.DRAWN)
    rounds.arrange(round=again, arrangement=arrangement(again, None), by=OFFICE)
    assert RoundEmployer.objects.get(round=again).site == sites[first.pk]


def test_without_day_and_place_nothing_is_announced() -> None:
    made = a_round([an_employer(20)], upto=RoundState.DRAWN)
    with refused("not_arranged"):
        rounds.announce(round=made, by=OFFICE)
    assert not Registration.objects.filter(round=made).exists()


def test_somebody_with_a_registration_under_way_keeps_it_and_a_substitute_is_called() -> None:
    employer = an_employer(20)
    made = a_round([employer], upto=RoundState.DRAWN)
    somebody = Drawn.objects.filter(round=made, is_substitute=False).first()
    own = as_contact(somebody.person)
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    rounds.arrange(round=made, arrangement=arrangement(made, site), by=OFFICE)
    rounds.announce(round=made, by=OFFICE)
    assert not Registration.objects.filter(round=made, person=somebody.person).exists()
    own.refresh_from_db()
    assert own.round_id is None
    assert [seat.pk for seat in queries.empty_seats(made.pk)] == [somebody.pk]


def test_a_known_case_is_not_called_to_the_workplace() -> None:
    made = a_round([an_employer(20)], upto=RoundState.DRAWN)
    somebody = Drawn.objects.filter(round=made, is_substitute=False).select_related("person")[0]
    laboratory = a_laboratory()
    specimen = specimens(laboratory, persons=[somebody.person])[0]
    file = csv_file([(specimen.code, "positive")])
    import_file(laboratory_id=laboratory.pk, file=file, name="one.csv", by=lab_worker(laboratory))
    assert Case.objects.filter(person=somebody.person).exists()
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    rounds.arrange(round=made, arrangement=arrangement(made, site), by=OFFICE)
    rounds.announce(round=made, by=OFFICE)
    assert not Registration.objects.filter(round=made, person=somebody.person).exists()
    assert Registration.objects.filter(round=made).count() == 3


def test_substitutes_follow_in_the_order_of_the_draw() -> None:
    made, _ = announced(60)
    sample = list(Drawn.objects.filter(round=made, is_substitute=False).order_by("position"))
    for each in (sample[7], sample[2]):
        registration = Registration.objects.get(round=made, person_id=each.person_id)
        registrations.decline(registration=registration, by=OFFICE)

    outcome = rounds.call_substitutes(round=made, by=OFFICE)

    assert (outcome.called, outcome.exhausted) == (2, 0)
    called = list(Drawn.objects.filter(round=made, is_substitute=True, called_at__isnull=False).order_by("position"))
    assert [each.position for each in called] == [len(sample) + 1, len(sample) + 2]
    assert [each.stands_in_for_id for each in called] == [sample[2].pk, sample[7].pk]
    assert {each.chance for each in called} == {sample[0].chance}
    assert Registration.objects.filter(round=made, person_id=called[0].person_id, state="booked").exists()
    assert rounds.call_substitutes(round=made, by=OFFICE).called == 0

    registrations.decline(registration=Registration.objects.get(round=made, person_id=called[0].person_id), by=OFFICE)
    assert rounds.call_substitutes(round=made, by=OFFICE).called == 1


def test_an_exhausted_list_is_told() -> None:
    made, _ = announced(5)
    for each in Drawn.objects.filter(round=made, is_substitute=False):
        registrations.decline(registration=Registration.objects.get(round=made, person_id=each.person_id), by=OFFICE)
    assert rounds.call_substitutes(round=made, by=OFFICE).called == 1
    substitute = Drawn.objects.get(round=made, called_at__isnull=False, is_substitute=True)
    registrations.decline(registration=Registration.objects.get(round=made, person_id=substitute.person_id), by=OFFICE)
    outcome = rounds.call_substitutes(round=made, by=OFFICE)
    assert (outcome.called, outcome.exhausted) == (0, 1)


def test_after_the_testing_day_substitutes_need_a_new_one() -> None:
    made, _ = announced(30)
    session = Session.objects.get(round=made)
    with clock.set_to(session.ends_at + timedelta(hours=2)):
        registrations.mark_missed(session=session, by=OFFICE)
        with refused("no_day"):
            rounds.call_substitutes(round=made, by=OFFICE)
        later = session.day + timedelta(days=2)
        assert rounds.call_substitutes(round=made, by=OFFICE, day=later).called == 3
        assert Session.objects.filter(round=made, day=later).count() == 1
        with refused("session_to_come"):
            rounds.close(round=made, by=OFFICE)


def test_a_round_is_closed_after_its_last_session() -> None:
    made, _ = announced(10)
    with clock.set_to(Session.objects.get(round=made).ends_at + timedelta(hours=1)):
        assert rounds.close(round=made, by=OFFICE).state == RoundState.CLOSED
        with refused("state_moved_on"):
            rounds.cancel(round=made, by=OFFICE)


def test_cancelling_ends_every_registration_and_session_and_keeps_the_draw_public() -> None:
    made, _ = announced(30)
    rounds.cancel(round=made, by=OFFICE)
    assert rounds.end_registrations(round_id=made.pk, by=OFFICE) == 6
    assert rounds.end_registrations(round_id=made.pk, by=OFFICE) == 0
    assert set(Registration.objects.filter(round=made).values_list("state", flat=True)) == {"cancelled"}
    assert not Session.objects.filter(round=made, cancelled_at__isnull=True).exists()
    assert queries.public_round(made.reference).seed


def test_other_people_are_not_offered_places_of_a_round() -> None:
    made, _ = announced(30)
    assert as_contact(a_person()).session_id != Session.objects.get(round=made).pk


def test_the_notice_that_the_terms_ask_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_round([an_employer(20)], upto=RoundState.DRAWN)
    site = a_site(works_on_holidays=True)
    open_every_day(site.pk)
    rounds.arrange(round=made, arrangement=arrangement(made, site), by=OFFICE)
    monkeypatch.setattr(announcing.policies, "version", lambda cls, number: RoundTerms(notice_days=3))
    with refused("too_soon"):
        rounds.announce(round=made, by=OFFICE)


def test_employers_are_told_in_their_language_and_those_without_contact_are_named() -> None:
    told, untold = an_employer(20, language="en"), an_employer(20)
    set_employer_contact(employer_id=told.pk, kind=ContactKind.PHONE, address="+66812345678", by=OFFICE)
    made = a_round([told, untold], upto=RoundState.ANNOUNCED)
    assert Message.objects.filter(template="screening.round_employer").count() == 1
    assert [row.employer_id for row in queries.untold(made)] == [untold.pk]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("name", ["round_called", "round_employer", "round_employer_cancelled"])
def test_messages_name_day_and_place_and_no_result(name: str, language: str) -> None:
    params = {
        "begins": "2021-08-02T01:30:00+00:00",
        "site_th": "สนามกีฬา",
        "site_en": "Stadium",
        "reference": "T-12345-67890",
        "people": 7,
    }
    text = render(f"screening.{name}", language, params).body
    assert ("สนามกีฬา" if language == "th" else "Stadium") in text
    assert ("2564" if language == "th" else "2021") in text
    assert "1506" in text
