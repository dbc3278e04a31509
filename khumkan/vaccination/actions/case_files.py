"""Taking over case figures that somebody else counted."""

import hashlib
from io import StringIO

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import CaseCount, CaseFile
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.rules import case_figures
from khumkan.vaccination.rules.case_figures import CaseFigures

LARGEST_BYTES = 20_000_000
_AT_ONCE = 5_000


@transaction.atomic
def import_cases(*, content: bytes, name: str, source: str, by: Actor) -> CaseFile:
    """Take over a file of cases by day and province, or by day and district.

    :param source: who counted, in the officer's words.
    :raises Refused: when it cannot be read, was taken over before, or nobody says where it comes from.
    """
    permissions.check_may_choose(by)
    if not source.strip():
        raise Refused(N_("Please say who counted these cases."), "no_source")
    figures = case_figures.read(StringIO(_decoded(content), newline=""))
    file = _stored(figures, content=content, name=name, source=source.strip(), by=by)
    CaseCount.objects.bulk_create(
        (
            CaseCount(file=file, area_code=code, day=day, cases=cases)
            for code, days in sorted(figures.cases.items())
            for day, cases in sorted(days.items())
        ),
        batch_size=_AT_ONCE,
    )
    counts = {"rows": figures.rows, "cases": figures.total, "unmatched": sum(figures.unmatched.values())}
    record.write("vaccination.cases_imported", by=by, about=file, data=counts)
    return file


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_BYTES:
        raise Refused(N_("The file is too large."), "too_large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(N_("The file is not in UTF-8. Please save it as “CSV UTF-8”."), "not_utf8") from error


def _stored(figures: CaseFigures, *, content: bytes, name: str, source: str, by: Actor) -> CaseFile:
    days = figures.days
    try:
        with transaction.atomic():
            return CaseFile.objects.create(
                file_name=name[:200],
                file_hash=hashlib.sha256(content).hexdigest(),
                by_district=figures.by_district,
                source=source[:200],
                rows=figures.rows,
                first_on=days[0],
                last_on=days[-1],
                days=len(days),
                cases=figures.total,
                respelt=figures.respelt,
                apart=figures.apart,
                unmatched=figures.unmatched,
                sent_at=clock.now(),
                sent_by=by.id,
            )
    except IntegrityError as error:
        raise Refused(N_("This file was taken over already."), "file_known") from error
