"""Boxes of specimens on their way from a site to a laboratory: the chain of custody, hand-over by hand-over."""

from collections.abc import Collection, Sequence

from django.db import transaction

from khumkan import capacity, messages, policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.screening.actions.registrations.telling import purpose_of
from khumkan.screening.choices import Method, WaitingBecause
from khumkan.screening.models import CustodyStep, Manifest, Registration, Session, Specimen
from khumkan.screening.permissions import laboratory as laboratory_permissions
from khumkan.screening.permissions import visits as visit_permissions
from khumkan.screening.rules import reasons
from khumkan.screening.rules.priority import priority_again
from khumkan.screening.states import RegistrationState, SpecimenState, may_move
from khumkan.screening.terms.registrations import RegistrationTerms

MANIFEST_PREFIX = "B"


@transaction.atomic
def close_box(*, session: Session, laboratory: Site, by: Actor) -> Manifest:
    """Put all specimens of a session that wait for a laboratory into a box, and close it.

    :raises Refused: when there is none, or the site chosen is no laboratory.
    """
    visit_permissions.check_may_work_at(by, session)
    if SiteKind.LABORATORY not in laboratory.kinds:
        raise Refused(N_("Choose a laboratory from the list."), "no_laboratory")
    waiting = session.specimens.filter(state=SpecimenState.TAKEN, method=Method.PCR)
    found = list(waiting.select_for_update().order_by("pk"))
    if not found:
        raise Refused(N_("There is no specimen to send."), "box_empty")
    manifest = Manifest.objects.create(
        reference=references.new(MANIFEST_PREFIX),
        from_site_id=session.site_id,
        laboratory=laboratory,
        sent_at=clock.now(),
        expected=len(found),
    )
    Specimen.objects.filter(pk__in=[each.pk for each in found]).update(
        state=SpecimenState.SENT, manifest=manifest, laboratory=laboratory
    )
    _hand_over(found, SpecimenState.SENT, site_id=session.site_id, note=manifest.reference, by=by)
    record.write(
        "screening.manifest_sent", by=by, about=manifest, site_id=session.site_id, data={"specimens": len(found)}
    )
    return manifest


@transaction.atomic
def receive(*, manifest: Manifest, by: Actor, missing: Collection[str] = (), extra: Collection[str] = ()) -> Manifest:
    """Open a box: everything on its list has arrived but what is named as missing.

    :param missing: codes on the list that were not in the box; they stay on their way until found or given up.
    :param extra: codes in the box that were not on its list; specimens from the same site are taken in, others noted.
    :raises Refused: when the box was opened before, or a code named as missing is not on its list.
    """
    manifest = Manifest.objects.select_for_update().get(pk=manifest.pk)
    laboratory_permissions.check_may_test_for(by, manifest.laboratory_id)
    if manifest.received_at is not None:
        raise Refused(N_("This box was received before."), "box_received")
    listed = list(manifest.specimens.filter(state=SpecimenState.SENT).select_for_update().order_by("pk"))
    absent = {references.normalise(code) for code in missing}
    if unknown := sorted(absent - {each.code for each in listed}):
        raise Refused(N_("%(code)s is not on the list of this box."), "box_missing_unknown", code=unknown[0])
    arrived = [each for each in listed if each.code not in absent]
    added, strangers = _extra(manifest, {references.normalise(code) for code in extra})
    _take_in(arrived + added, manifest, by=by)
    manifest.received_at, manifest.missing = clock.now(), len(absent)
    manifest.extra, manifest.strangers = len(added) + len(strangers), strangers
    manifest.save(update_fields=["received_at", "missing", "extra", "strangers"])
    record.write(
        "screening.manifest_received",
        by=by,
        about=manifest,
        site_id=manifest.laboratory_id,
        data={"arrived": len(arrived), "missing": len(absent), "extra": manifest.extra},
    )
    return manifest


@transaction.atomic
def found_later(*, specimen: Specimen, by: Actor) -> Specimen:
    """Take in a specimen that was missing when its box was opened.

    :raises Refused: when it is not on its way.
    """
    specimen = _held_by(specimen, by=by)
    check(may_move(SpecimenState(specimen.state), SpecimenState.RECEIVED))
    _take_in([specimen], specimen.manifest, by=by)
    return specimen


@transaction.atomic
def give_up(*, specimen: Specimen, by: Actor) -> Specimen:
    """Mark a specimen as lost or leaked: the person waits for a new place, first in line, and is told.

    Until it leaves the site the people there say so, from then on its laboratory.

    :raises Refused: when it has an answer already.
    """
    specimen = _held_by(specimen, by=by)
    where = specimen.laboratory_id or specimen.session.site_id
    check(may_move(SpecimenState(specimen.state), SpecimenState.SPOILED))
    specimen.state = SpecimenState.SPOILED
    specimen.save(update_fields=["state"])
    _hand_over([specimen], SpecimenState.SPOILED, site_id=where, note="", by=by)
    registration = _wait_again(specimen.registration_id, by=by)
    record.write("screening.specimen_spoiled", by=by, about=specimen, site_id=where)
    messages.send("screening.specimen_lost", person_id=specimen.person_id, params={"reference": registration.reference})
    return specimen


def _wait_again(registration_id: int, *, by: Actor) -> Registration:
    """Put a tested person back on the waiting list, before everybody else, and say why they are first."""
    registration = Registration.objects.select_for_update().get(pk=registration_id)
    check(may_move(RegistrationState(registration.state), RegistrationState.WAITING))
    _give_back_place(registration, by=by)
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    first = priority_again(registration.priority, terms=terms)
    registration.state, registration.session = RegistrationState.WAITING, None
    registration.waiting_because = WaitingBecause.AGAIN
    registration.priority = first.points
    registration.reasons = [*registration.reasons, *reasons.stored(first.reasons)]
    registration.save(update_fields=["state", "session", "waiting_because", "priority", "reasons"])
    return registration


def _give_back_place(registration: Registration, *, by: Actor) -> None:
    """End the claim on the session that is over, so that the same registration can have a new place."""
    claims = capacity.claims_of([registration.person_id], purpose=purpose_of(registration))
    capacity.release_many(claim_ids=list(claims.values()), by=by)


def _extra(manifest: Manifest, codes: set[str]) -> tuple[list[Specimen], list[str]]:
    """Sort what was in the box beyond its list: specimens that the site forgot to list, and codes nobody knows."""
    if not codes:
        return [], []
    forgotten = Specimen.objects.filter(
        code__in=codes, session__site=manifest.from_site_id, state=SpecimenState.TAKEN, method=Method.PCR
    )
    added = list(forgotten.select_for_update(of=("self",)).order_by("pk"))
    return added, sorted(code[:40] for code in codes - {each.code for each in added})


def _take_in(arrived: Sequence[Specimen], manifest: Manifest | None, *, by: Actor) -> None:
    if manifest is None:
        raise Refused(N_("This specimen was never sent in a box."), "not_sent")
    Specimen.objects.filter(pk__in=[each.pk for each in arrived]).update(
        state=SpecimenState.RECEIVED, manifest=manifest, laboratory=manifest.laboratory_id
    )
    _hand_over(arrived, SpecimenState.RECEIVED, site_id=manifest.laboratory_id, note=manifest.reference, by=by)


def _held_by(specimen: Specimen, *, by: Actor) -> Specimen:
    """Lock a specimen for whoever answers for it: its site until it is sent, then its laboratory."""
    rows = Specimen.objects.select_for_update(of=("self",)).select_related("manifest", "session")
    locked = rows.get(pk=specimen.pk)
    if locked.state == SpecimenState.TAKEN:
        visit_permissions.check_may_work_at(by, locked.session)
    else:
        laboratory_permissions.check_may_see_specimen(by, locked)
    return locked


def _hand_over(
    specimens: Sequence[Specimen], state: SpecimenState, *, site_id: int | None, note: str, by: Actor
) -> None:
    staff, now = by.id if by.kind is ActorKind.STAFF else None, clock.now()
    CustodyStep.objects.bulk_create(
        [
            CustodyStep(specimen=each, state=state, site_id=site_id, by_staff=staff, note=note, at=now)
            for each in specimens
        ],
        batch_size=5_000,
    )
