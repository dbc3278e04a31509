"""Results by hand need a second person; pools; the same file twice."""

from django.urls import reverse

from khumkan.screening.choices import Outcome
from khumkan.screening.models import Pool, Result, ResultFile
from khumkan.screening.states import ResultState
from tests.journeys.town import Town, lab_file


def test_a_result_by_hand_is_released_by_a_second_person_only(town: Town) -> None:
    somchai = town.given_a_person()
    [specimen] = town.given_swabs_in_the_laboratory([somchai])
    first = town.desk_of("lab").opens("/field/lab/")
    first.fills("Code of a specimen or a box", specimen.code.lower()).presses("Find").is_sound()
    first.picks("Not detected").presses("Enter").sees("Entered. A second person releases it.").is_sound()

    first.opens(f"/field/lab/at/{town.laboratory.reference}/release/").sees(specimen.code).is_sound()
    assert first.page.get_by_role("button", name=first.said("Release"), exact=True).count() == 0
    entered = Result.objects.get()
    town.posts(first, reverse("screening:lab_decide", args=[entered.pk]), decision="release")
    entered.refresh_from_db()
    assert entered.state == ResultState.ENTERED

    second = town.desk_of("lab2").opens(f"/field/lab/at/{town.laboratory.reference}/release/").is_sound()
    second.presses("Release").sees("Released. The person is told.", "Nothing waits for release.").is_sound()
    assert "ผลการตรวจของคุณออกแล้ว" in town.messages_to(somchai)
    town.phone_of(somchai).opens("/my/tests/").reads_answer("No infection was found").is_sound()


def test_a_file_names_every_row_that_it_does_not_take_and_changes_nothing_the_second_time(town: Town) -> None:
    people = [town.given_a_person() for _ in range(2)]
    specimens = town.given_swabs_in_the_laboratory(people)
    content = (
        lab_file([(specimens[0], Outcome.NEGATIVE)])
        + b"S-WRONG,positive\r\n"
        + b"%s,maybe\r\n" % specimens[1].code.encode()
    )
    desk = town.desk_of("lab", language="en")
    for _ in range(2):  # rows that were not taken are judged again; what was taken is a duplicate
        desk.opens(f"/field/lab/at/{town.laboratory.reference}/files/")
        desk.field("File with results").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": content})
        desk.presses("Send").sees("The file is stored and is being read. You may leave this page.")
        town.when_the_queue_has_run()
    desk.page.reload()
    desk.sees("S-WRONG", "maybe").is_sound()
    first, second = ResultFile.objects.order_by("pk")
    assert (first.rows_in, first.accepted, first.refused, first.duplicate) == (3, 1, 2, 0)
    assert (second.rows_in, second.accepted, second.refused, second.duplicate) == (3, 0, 2, 1)
    assert town.phone_of(people[0]).opens("/my/tests/").reads_answer("No infection was found")
    assert "ผลการตรวจ" not in town.messages_to(people[1])


def test_a_negative_pool_answers_all_its_members(town: Town) -> None:
    people = [town.given_a_person() for _ in range(3)]
    specimens = town.given_swabs_in_the_laboratory(people)
    desk = town.desk_of("lab").opens("/field/lab/").presses("Pools").is_sound()
    desk.fills("Codes of the specimens", "\n".join(each.code for each in specimens)).presses("Make a pool")
    desk.picks("Not detected").presses("Store the reading").sees("Your reading is stored.").is_sound()
    desk.does_not_see("All members are answered.")
    second = town.desk_of("lab2").opens("/field/lab/").presses("Pools")
    second.opens(f"/field/lab/pool/{Pool.objects.get().reference}/").is_sound()
    second.picks("Detected").presses("Store the reading").does_not_see("All members are answered.").is_sound()
    second.picks("Not detected").presses("Store the reading").sees("All members are answered.").is_sound()
    town.when_the_queue_has_run()
    for each in people:
        town.phone_of(each).opens("/my/tests/").reads_answer("No infection was found")
