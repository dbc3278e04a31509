"""Terms of tests, results and outbreaks."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms
from khumkan.screening.terms.registrations import SINCE


class RapidPositive(TextChoices):
    """What a positive rapid test means."""

    PROBABLE_CASE = "probable_case", _("A probable case")
    ASK_FOR_PCR = "ask_for_pcr", _("A second test by RT-PCR")


@terms(
    "screening.tests",
    title=N_("What a test result means"),
    since=SINCE,
    source=(
        "Repetition of a negative rapid test after 3 to 5 days: The Nation, 2 September 2021. Answer in 24 to 48 "
        "hours: Pattaya Mail, 14 April 2021. Remaining values are settings of the office without a published source."
    ),
)
@dataclass(frozen=True, kw_only=True)
class TestTerms(Terms):
    """What follows from a result, and how long an answer may take."""

    __test__ = False  # not a test class, whatever its name suggests

    rapid_positive: RapidPositive = term(N_("What a positive rapid test means"), default=RapidPositive.ASK_FOR_PCR)
    days_of_one_case: int = term(
        N_("A further positive test within so many days belongs to the same case"),
        default=30, at_least=1, at_most=365,
    )  # fmt: skip
    repeat_rapid_after_days: int = term(
        N_("Days until a person at risk repeats a negative rapid test"), default=3, at_least=1, at_most=14
    )
    answer_within_hours: int = term(
        N_("Hours from the specimen to the answer, after which it is late"), default=48, at_least=1, at_most=240
    )
    largest_pool: int = term(N_("The most specimens in one pool; 1 means no pools"), default=5, at_least=1, at_most=30)


amended(
    TestTerms,
    since=date(2021, 7, 30),
    why=N_("A positive rapid test is a probable case; treatment does not wait for RT-PCR."),
    source="Pattaya Mail 366842, mid-2021",
    rapid_positive=RapidPositive.PROBABLE_CASE,
)
amended(
    TestTerms,
    since=date(2022, 1, 11),
    why=N_("Confirmation of rapid tests by RT-PCR was asked for again."),
    source="The Thaiger, Thailand's updated Covid guidelines, January 2022",
    rapid_positive=RapidPositive.ASK_FOR_PCR,
)
amended(
    TestTerms,
    since=date(2022, 3, 1),
    why=N_("Confirmation of rapid tests by RT-PCR is no longer needed."),
    source="nationthailand.com/in-focus/40013157, March 2022",
    rapid_positive=RapidPositive.PROBABLE_CASE,
)


@terms(
    "screening.outbreaks",
    title=N_("Outbreaks at enterprises"),
    since=SINCE,
    source=(
        "Bubble and Seal: above 10 percent, disease control within three hours (The Nation, 26 August 2021). "
        "Least counts and window are settings of the office without a published source."
    ),
)
@dataclass(frozen=True, kw_only=True)
class OutbreakTerms(Terms):
    """When positives at an enterprise are an outbreak, and how soon disease control must hear of it."""

    share_percent: int = term(
        N_("An outbreak is more than this share of positives among those tested, in percent"),
        default=10, at_least=1, at_most=100,
    )  # fmt: skip
    least_tested: int = term(N_("… when at least so many workers were tested"), default=10, at_least=1, at_most=10_000)
    least_positives: int = term(N_("… and at least so many were positive"), default=2, at_least=1, at_most=1_000)
    window_days: int = term(N_("… within so many days"), default=14, at_least=1, at_most=90)
    notify_within_hours: int = term(
        N_("Hours within which disease control must be told"), default=3, at_least=1, at_most=72
    )
    remind_minutes_before: int = term(
        N_("Minutes before that deadline at which officers are reminded"), default=60, at_least=5, at_most=600
    )
    remind_again_minutes: int = term(
        N_("Minutes after which they are reminded again, until disease control is told"),
        default=60, at_least=5, at_most=600, before=60,
    )  # fmt: skip
    duty_phones: tuple[str, ...] = term(
        N_("Telephones of the officers on duty, as +66812345678, which get an SMS when an outbreak is raised"),
        default=(), before=(),
    )  # fmt: skip


@terms(
    "screening.result_files",
    title=N_("How laboratories write their files"),
    since=SINCE,
    source="Settings of the office; no published list was found.",
)
@dataclass(frozen=True, kw_only=True)
class ResultFileTerms(Terms):
    """Names of columns and words for outcomes, in any spelling: case, blanks and punctuation do not matter."""

    code_columns: tuple[str, ...] = term(
        N_("Names of the column with the specimen code"),
        default=("code", "specimen", "specimen code", "specimen id", "sample", "sample id", "sample code", "barcode",
                 "lab no", "รหัส", "รหัสตัวอย่าง", "รหัสสิ่งส่งตรวจ", "เลขที่ตัวอย่าง", "หมายเลขตัวอย่าง", "บาร์โค้ด"),
    )  # fmt: skip
    outcome_columns: tuple[str, ...] = term(
        N_("Names of the column with the result"),
        default=("result", "outcome", "test result", "lab result", "sars-cov-2", "interpretation",
                 "ผล", "ผลตรวจ", "ผลการตรวจ", "ผลแล็บ", "สรุปผล"),
    )  # fmt: skip
    day_columns: tuple[str, ...] = term(
        N_("Names of the column with the day of the test"),
        default=("date", "tested on", "test date", "result date", "analysis date",
                 "วันที่", "วันที่ตรวจ", "วันตรวจ", "วันที่รายงานผล"),
    )  # fmt: skip
    correction_columns: tuple[str, ...] = term(
        N_("Names of the column that marks a correction of an earlier result"),
        default=("correction", "corrected", "amended", "แก้ไข", "แก้ไขผล", "แก้ผล"),
    )
    positive_words: tuple[str, ...] = term(
        N_("Words for a positive result"),
        default=("positive", "pos", "detected", "p", "+", "1", "บวก", "ผลบวก", "พบเชื้อ", "พบ", "พบสารพันธุกรรม"),
    )
    negative_words: tuple[str, ...] = term(
        N_("Words for a negative result"),
        default=("negative", "neg", "not detected", "undetected", "n", "-", "0",
                 "ลบ", "ผลลบ", "ไม่พบเชื้อ", "ไม่พบ", "ไม่พบสารพันธุกรรม"),
    )  # fmt: skip
    invalid_words: tuple[str, ...] = term(
        N_("Words for an invalid test"),
        default=("invalid", "inv", "inconclusive", "indeterminate", "error", "failed", "repeat",
                 "ใช้ไม่ได้", "แปลผลไม่ได้", "สรุปไม่ได้", "ตรวจซ้ำ", "เก็บใหม่"),
    )  # fmt: skip
    yes_words: tuple[str, ...] = term(
        N_("Words that mark a correction"), default=("yes", "y", "1", "true", "x", "ใช่", "แก้ไข")
    )
