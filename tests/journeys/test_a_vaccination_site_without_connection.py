"""A nurse whose connection drops goes on; what was done is sent when it is back, in order and once."""

import re

from playwright.sync_api import expect

from khumkan.vaccination.models import Injection, Visit, VisitStep
from khumkan.vaccination.states import VisitState
from tests.journeys.town import Town
from tests.journeys.windows import Window
from tests.trust import campaign

KEPT = "No connection. This step is kept on this phone and sent by itself. You can go on."


def a_campaign(town: Town) -> campaign.Campaign:
    """Let people be expected at the stadium."""
    people = {name: town.given_a_person(last=f"วัคซีน{at}").person for at, name in enumerate(campaign.LISTED)}
    factory, _workers = town.given_a_factory(1)
    return campaign.campaign_at(town.doses, people, factory)


def measures(desk: Window) -> Window:
    """Fill in what was measured, as far as it is shown."""
    desk.fills("Temperature", "36.6").fills("Upper blood pressure", "121").fills("Lower blood pressure", "79")
    return desk.presses("Store")


def is_offline(desk: Window) -> None:
    """Cut the connection, and expect the browser to say so."""
    desk.context.set_offline(True)
    desk.troubles.clear()


def is_online(desk: Window) -> None:
    """Bring the connection back; what the browser said of its loss is meant."""
    desk.troubles[:] = [each for each in desk.troubles if "ERR_INTERNET_DISCONNECTED" not in each]
    desk.context.set_offline(False)


def test_a_nurse_goes_on_without_a_connection(town: Town) -> None:
    made = a_campaign(town)
    dose = made.doses["v_arrived"]
    desk = town.desk_of("vaccinator", width=390)
    desk.opens(f"/field/vaccination/dose/{dose.reference}/").is_sound()

    is_offline(desk)
    measures(desk).sees(KEPT, "3. Health questions and consent")
    for group in desk.page.locator("[data-step-area=clear] fieldset").all():
        wanted = "yes" if "consent" in (group.locator("input").first.get_attribute("name") or "") else "no"
        group.locator(f"input[value={wanted}]").check()
    desk.presses("Ready for the dose").sees("4. Give the dose")
    area = desk.page.locator("[data-step-area=inject]")
    area.locator("input[name=lot]").first.check()
    area.locator("input[value=left_arm]").check()
    area.locator("input[name=licence]").fill("4511200731")
    area.get_by_role("button").click()
    timer = desk.page.locator("[data-step-area=leave] [data-until]")
    expect(timer).to_contain_text(re.compile("30|29"))
    assert not Injection.objects.filter(dose=dose).exists()
    assert Visit.objects.get(dose=dose).state == VisitState.ARRIVED

    is_online(desk)
    expect(desk.page.locator("#kept")).to_contain_text(
        desk.said("Everything that was kept on this phone has been sent."), timeout=30_000
    )
    assert Injection.objects.filter(dose=dose).count() == 1
    assert VisitStep.objects.filter(visit__dose=dose).count() == 4
    assert desk.page.evaluate("localStorage.length") == 0
    desk.sees("5. Check, and let leave").is_sound()


def test_what_is_sent_twice_by_a_bad_connection_counts_once(town: Town) -> None:
    """The step arrives and the answer does not: the phone sends it again."""
    made = a_campaign(town)
    dose = made.doses["v_arrived"]
    desk = town.desk_of("vaccinator", width=390).opens(f"/field/vaccination/dose/{dose.reference}/")
    lost = []

    def answer_is_lost(route):  # type: ignore[no-untyped-def]
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort("connectionreset")

    desk.page.route("**/field/vaccination/sync/", answer_is_lost)
    measures(desk).sees(KEPT)
    desk.troubles.clear()
    assert lost[0].json()["steps"][0]["outcome"] == "taken"
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.page.locator("#kept")).to_contain_text(
        desk.said("Everything that was kept on this phone has been sent."), timeout=30_000
    )
    assert VisitStep.objects.filter(visit__dose=dose, state=VisitState.MEASURED).count() == 1
    desk.sees("3. Health questions and consent").is_sound()


def test_a_step_that_is_wrong_is_shown_by_the_page_as_without_the_script(town: Town) -> None:
    made = a_campaign(town)
    desk = town.desk_of("vaccinator", width=390)
    desk.opens(f"/field/vaccination/dose/{made.doses['v_arrived'].reference}/")
    desk.fills("Temperature", "366").fills("Upper blood pressure", "121").fills("Lower blood pressure", "79")
    desk.presses("Store")
    expect(desk.page.locator(".govuk-error-summary")).to_be_visible()
    assert desk.page.evaluate("localStorage.length") == 0
    desk.is_sound()
