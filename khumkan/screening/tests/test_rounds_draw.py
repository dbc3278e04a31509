"""From the register to a published draw that anybody can repeat."""

import gzip
import hashlib
import hmac
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from khumkan.kernel import crypto
from khumkan.kernel.errors import Refused
from khumkan.record.models import Event
from khumkan.screening.actions import rounds
from khumkan.screening.models import Drawn, FrameUnit, Round, RoundEmployer, Stratum
from khumkan.screening.queries import frames
from khumkan.screening.rules.sampling import Design, SizeRule, StratumKey
from khumkan.screening.rules.verification import verify, verify_file
from khumkan.screening.states import RoundState
from khumkan.screening.tests.drawing import FIFTH, OFFICE, a_plan, a_round, an_employer, employ, refused
from khumkan.screening.tests.registering import people

pytestmark = pytest.mark.django_db

TWO_STAGES = Design(two_stage=True, per_enterprise=4, rule=SizeRule.NUMBER, number=12, minimum=2)


def file_of(drawn: Round) -> bytes:
    return b"".join(frames.file_blocks(drawn))


@pytest.mark.parametrize("design", [FIFTH, TWO_STAGES])
def test_the_database_draws_what_anybody_else_draws(design: Design) -> None:
    employers = [an_employer(5 + 7 * number, industry=f"1{number % 3}") for number in range(6)]
    drawn = a_round(employers, upto=RoundState.DRAWN, design=design)

    report = verify(
        file_of(drawn).splitlines(keepends=True),
        frame_hash=drawn.frame_hash,
        seed_commitment=drawn.seed_commitment,
    )

    assert [finding.code for finding in report.findings if not finding.agrees] == []
    assert report.workers == drawn.frame_count == sum(5 + 7 * number for number in range(6))
    assert report.sample == Drawn.objects.filter(round=drawn, is_substitute=False).count() > 0
    assert report.substitutes == Drawn.objects.filter(round=drawn, is_substitute=True).count() > 0


def test_hashes_are_there_at_the_freeze_and_the_seed_only_after_the_draw() -> None:
    frozen = a_round([an_employer()], upto=RoundState.FROZEN)
    assert len(frozen.frame_hash) == len(frozen.seed_commitment) == 64
    assert frozen.seed == ""
    drawn = rounds.draw(round=frozen, by=OFFICE)
    assert hashlib.sha256(f"{drawn.seed}|{drawn.reference}".encode()).hexdigest() == frozen.seed_commitment
    names = Event.objects.filter(name__startswith="screening.round").order_by("id").values_list("name", flat=True)
    assert list(names) == ["screening.round_planned", "screening.round_frozen", "screening.round_drawn"]


def test_the_seed_does_not_stand_readably_in_the_database_before_the_draw() -> None:
    frozen = a_round([an_employer()], upto=RoundState.FROZEN)
    seed = crypto.open_sealed(bytes(frozen.seed_sealed), where=f"screening_round.seed_sealed.{frozen.pk}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM screening_round r WHERE id = %s", [frozen.pk])
        stored = cursor.fetchone()[0]
    assert seed.decode() not in stored
    assert seed.hex() not in stored


def test_pseudonyms_are_the_keyed_hash_of_the_standard() -> None:
    frozen = a_round([an_employer(3)], upto=RoundState.FROZEN)
    salt = crypto.open_sealed(bytes(frozen.frame_salt), where=f"screening_round.frame_salt.{frozen.pk}")
    for unit in FrameUnit.objects.filter(round=frozen):
        assert unit.pseudonym == hmac.digest(salt, f"worker:{unit.person_id}".encode(), "sha256").hex()[:32]
        assert unit.enterprise == hmac.digest(salt, f"enterprise:{unit.employer_id}".encode(), "sha256").hex()[:16]


def test_the_frame_is_who_works_there_today() -> None:
    employer, other = an_employer(4), an_employer(4)
    both, late, gone, dead = people(4)
    employ(employer, [both])
    employ(other, [both], since=date(2019, 1, 1))
    employ(employer, [late], since=date(2999, 1, 1))
    employ(employer, [gone, dead])
    gone_row = gone.employment.get()
    gone_row.ended_on = date(2021, 1, 1)
    gone_row.save()
    dead.died_on = date(2021, 1, 1)
    dead.save()

    frozen = a_round([employer, other], upto=RoundState.FROZEN)

    units = dict(FrameUnit.objects.filter(round=frozen).values_list("person_id", "employer_id"))
    assert len(units) == frozen.frame_count == 9
    assert units[both.pk] == other.pk  # the longer employment; nobody has two chances
    assert not {late.pk, gone.pk, dead.pk} & units.keys()


def test_chances_are_exact() -> None:
    drawn = a_round([an_employer(35, industry="10"), an_employer(11, industry="26")], upto=RoundState.DRAWN)
    for stratum in Stratum.objects.filter(round=drawn):
        for each in Drawn.objects.filter(round=drawn, stratum=stratum.name):
            assert each.chance == Fraction(stratum.sample_size, stratum.frame_count)
    two = a_round([an_employer(9 + n) for n in range(5)], upto=RoundState.DRAWN, design=TWO_STAGES)
    chosen = {row.employer_id: row for row in RoundEmployer.objects.filter(round=two, is_drawn=True)}
    assert len(chosen) == 3
    for each in Drawn.objects.filter(round=two):
        row = chosen[each.employer_id]
        assert row.chance == Fraction(3 * row.workers, sum(9 + n for n in range(5)))
        assert each.chance == row.chance * Fraction(4, row.workers) == Fraction(12, 55)


def test_a_public_value_is_mixed_in_and_asked_for() -> None:
    planned = a_round([an_employer(40)])
    frozen = rounds.freeze(round=planned, by=OFFICE, public_source="รางวัลที่ 1 งวด 16 ส.ค. 2564")
    with pytest.raises(Refused, match="รางวัลที่ 1"):
        rounds.draw(round=frozen, by=OFFICE)
    drawn = rounds.draw(round=frozen, by=OFFICE, public_value=" ๙๐๑๔๔๖ ")
    assert drawn.public_value == "901446"
    assert verify(file_of(drawn).splitlines(keepends=True)).agrees
    other = file_of(drawn).replace(b'"public_value":"901446"', b'"public_value":"901447"', 1)
    assert not verify(other.splitlines(keepends=True)).agrees


def test_a_frame_that_was_changed_after_the_freeze_is_not_drawn_from() -> None:
    frozen = a_round([an_employer(10)], upto=RoundState.FROZEN)
    FrameUnit.objects.filter(round=frozen).first().delete()
    with refused("frame_changed"):
        rounds.draw(round=frozen, by=OFFICE)
    assert not Drawn.objects.filter(round=frozen).exists()


def test_the_published_file_is_written_once_and_verifies(settings: object, tmp_path: Path) -> None:
    drawn = a_round([an_employer(30)], upto=RoundState.DRAWN)
    assert rounds.publish(round_id=drawn.pk, by=OFFICE)
    assert not rounds.publish(round_id=drawn.pk, by=OFFICE)
    drawn.refresh_from_db()
    with default_storage.open(drawn.file_name) as stored:
        content = stored.read()
    default_storage.delete(drawn.file_name)
    assert len(content) == drawn.file_bytes
    assert hashlib.sha256(content).hexdigest() == drawn.file_hash
    assert gzip.decompress(content) == file_of(drawn)
    path = tmp_path / "draw.jsonl.gz"
    path.write_bytes(content)
    assert verify_file(path, frame_hash=drawn.frame_hash).agrees


def test_the_published_file_names_nobody() -> None:
    employer = an_employer(12)
    drawn = a_round([employer], upto=RoundState.DRAWN)
    content = file_of(drawn).decode()
    assert employer.name_en not in content
    assert employer.account_number not in content
    assert employer.reference not in content
    people_lines = "\n".join(content.splitlines()[2:])
    for unit in FrameUnit.objects.filter(round=drawn).select_related("person"):
        assert unit.person.reference not in content
        assert f'"{unit.person_id}"' not in people_lines


@pytest.mark.parametrize("step", [RoundState.FROZEN, RoundState.DRAWN])
def test_nothing_is_changed_after_the_freeze(step: RoundState) -> None:
    made = a_round([an_employer()], upto=step)
    with refused("frozen"):
        rounds.redesign(round=made, design=FIFTH, by=OFFICE)
    with refused("state_moved_on"):
        rounds.freeze(round=made, by=OFFICE)


def test_a_round_is_refused_in_words() -> None:
    employer = an_employer()
    elsewhere = an_employer(province="50")
    refusals = {
        "no_enterprise": lambda: rounds.plan(plan=a_plan(), design=FIFTH, employer_ids=[], by=OFFICE),
        "enterprise": lambda: rounds.plan(plan=a_plan(), design=FIFTH, employer_ids=[elsewhere.pk], by=OFFICE),
        "no_title": lambda: rounds.plan(plan=a_plan(title=" "), design=FIFTH, employer_ids=[employer.pk], by=OFFICE),
        "days_in_disorder": lambda: rounds.plan(
            plan=a_plan(last_day=date(2020, 1, 1)), design=FIFTH, employer_ids=[employer.pk], by=OFFICE
        ),
        "day_past": lambda: rounds.plan(
            plan=a_plan(first_day=date(2020, 1, 1)), design=FIFTH, employer_ids=[employer.pk], by=OFFICE
        ),
        "design_share": lambda: rounds.plan(
            plan=a_plan(), design=Design(share=Decimal(0)), employer_ids=[employer.pk], by=OFFICE
        ),
        "design_minimum": lambda: rounds.plan(
            plan=a_plan(), design=Design(minimum=0), employer_ids=[employer.pk], by=OFFICE
        ),
        "frame_empty": lambda: a_round([an_employer(0)], upto=RoundState.FROZEN),
    }
    for code, asked in refusals.items():
        with refused(code):
            asked()


def test_a_frame_of_any_strata_is_drawn_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    design = Design(keys=(StratumKey.INDUSTRY, StratumKey.SIZE), share=Decimal("0.1"))
    made = a_round([an_employer(6, industry=f"{10 + n}") for n in range(12)], design=design)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        frozen = rounds.freeze(round=made, by=OFFICE)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        rounds.draw(round=frozen, by=OFFICE)


def test_a_large_stratum_comes_in_blocks_and_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = a_round([an_employer(90), an_employer(5, industry="26")], upto=RoundState.FROZEN)
    whole = list(frames.frame_blocks(frozen.pk))
    assert len(whole) == 2
    monkeypatch.setattr(frames, "LINES_IN_BLOCK", 10)
    cut = list(frames.frame_blocks(frozen.pk))
    assert len(cut) > 10
    assert b"".join(cut) == b"".join(whole)
    assert frames.frame_hash(frozen) == frozen.frame_hash
