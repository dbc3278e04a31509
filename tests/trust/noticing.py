"""What was noticed of members of staff, for the walks: an alert about too many people, and a decoy."""

from dataclasses import dataclass

from khumkan.hotline.models import Decoy, ReadingAlert
from khumkan.hotline.reading_choices import AlertKind
from khumkan.kernel import clock
from khumkan.vaccination.tests.country import a_person

#: Somebody of the staff who is nobody of the world's visitors, and who sets decoys.
CURIOUS, KEEPER = 990_021, 990_022


@dataclass(frozen=True)
class Noticed:
    """One alert of either kind, and a decoy."""

    too_many: ReadingAlert
    opened_decoy: ReadingAlert
    decoy: Decoy


def noticed() -> Noticed:
    """Make all of it, or return what there is."""
    return Noticed(
        too_many=_alert(AlertKind.HOUR),
        opened_decoy=_alert(AlertKind.DECOY),
        decoy=Decoy.objects.filter(withdrawn_at=None).first()
        or Decoy.objects.create(person=a_person(), set_by=KEEPER, set_at=clock.now()),
    )


def _alert(kind: AlertKind) -> ReadingAlert:
    found = ReadingAlert.objects.filter(staff_id=CURIOUS, kind=kind).first()
    now = clock.now()
    return found or ReadingAlert.objects.create(
        kind=kind, staff_id=CURIOUS, at=now, last_at=now, people=61, page="hotline:file"
    )
