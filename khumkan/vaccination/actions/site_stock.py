"""The doses at a site: received, sent on, given, lost, counted; and how warm the refrigerator is.

A move and the balance are written together while the balance is locked, and the database refuses a balance below 0.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum

from khumkan import policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.choices import StockKind
from khumkan.vaccination.models import Injection, Lot, SiteLot, StockMove, Warmth
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries.site_doses import LOSSES
from khumkan.vaccination.states import LotState
from khumkan.vaccination.terms.visits import VisitTerms

#: What changes how many doses of a lot the sites have among them.
_BETWEEN_SITES = (StockKind.RECEIVED, StockKind.SENT_ON)


@transaction.atomic
def receive(*, lot: Lot, site_id: int, doses: int, client_key: UUID, by: Actor) -> StockMove:
    """Take doses of a lot into the refrigerator.

    :raises Refused: when the sites would have more of the lot than the office received.
    """
    scopes.check_works_at(by, site_id)
    _check_some(doses)
    held = Lot.objects.select_for_update(of=("self",), no_key=True).select_related("supply").get(pk=lot.pk)
    if (done := _done(client_key, site_id)) is not None:
        return done
    if held.state == LotState.DISCARDED:
        raise Refused(N_("This lot was discarded. Do not take it in, and call the office."), "lot_discarded")
    moves = StockMove.objects.filter(lot=held, kind__in=_BETWEEN_SITES)
    at_sites = moves.aggregate(doses=Sum("doses"))["doses"] or 0
    if at_sites + doses > held.supply.total:
        raise Refused(
            N_("The office received %(total)s doses of this lot, and %(there)s are at sites already."),
            "more_than_the_lot",
            total=held.supply.total,
            there=at_sites,
        )
    return _move(held, site_id, StockKind.RECEIVED, doses, client_key=client_key, by=by)


@transaction.atomic
def send_on(*, lot: Lot, site_id: int, to_site_id: int, doses: int, client_key: UUID, by: Actor) -> StockMove:
    """Send doses to another site, which takes them in itself.

    :raises Refused: when so many are not there, or the other site is this one.
    """
    scopes.check_works_at(by, site_id)
    _check_some(doses)
    if site_id == to_site_id:
        raise Refused(N_("Please choose another site than this one."), "same_site")
    return _move(lot, site_id, StockKind.SENT_ON, -doses, client_key=client_key, by=by, to_site_id=to_site_id)


@transaction.atomic
def write_off(
    *, lot: Lot, site_id: int, kind: StockKind, doses: int, client_key: UUID, by: Actor, note: str = ""
) -> StockMove:
    """Write that doses were lost: broken, left over, expired, too warm.

    :raises Refused: when so many are not there.
    """
    scopes.check_works_at(by, site_id)
    _check_some(doses)
    if kind not in LOSSES:
        raise Refused(N_("Please say how the doses were lost."), "no_loss")
    return _move(lot, site_id, kind, -doses, client_key=client_key, by=by, note=note)


@transaction.atomic
def count(*, lot: Lot, site_id: int, doses: int, client_key: UUID, by: Actor, note: str) -> StockMove | None:
    """Correct the balance to what was counted, and say why; None when it was right.

    :raises Refused: for a number below 0, or when nobody says why.
    """
    scopes.check_works_at(by, site_id)
    if doses < 0:
        raise Refused(N_("Please enter how many doses there are: 0 or more."), "no_doses")
    if not note.strip():
        raise Refused(N_("Please say why."), "no_reason")
    row = hold(lot, site_id)
    if (done := _done(client_key, site_id)) is not None:
        return done
    change = doses - row.doses
    return _move(lot, site_id, StockKind.COUNTED, change, client_key=client_key, by=by, note=note) if change else None


def give(injection: Injection, *, by: Actor) -> None:
    """Take the dose of an injection out of the refrigerator.

    What was given before the doses were held back was given, although a device that was cut off tells it later.

    :raises Refused: when the site has none of the lot, or may not give it until an officer has decided.
    """
    lot, site_id = injection.lot, injection.site_id
    assert lot is not None
    assert site_id is not None
    held_at = hold(lot, site_id).held_at
    if held_at is not None and injection.given_at >= held_at:
        raise Refused(
            N_("The doses of this lot here are held back: the refrigerator was out of range. Do not give them."),
            "site_lot_held",
        )
    _take(injection, lot, site_id, by=by)


def exchange(old: Injection, new: Injection, *, by: Actor) -> None:
    """Give a dose back to the lot that a struck record named, and take one of the lot that was really given.

    That lot may be held back by now: what was given was given.

    :raises Refused: when the site has none of the other lot.
    """
    assert old.lot is not None
    assert old.site_id is not None
    assert new.lot is not None
    _move(old.lot, old.site_id, StockKind.COUNTED, 1, client_key=uuid4(), by=by, note=old.lot_number)
    _take(new, new.lot, old.site_id, by=by)


def _take(injection: Injection, lot: Lot, site_id: int, *, by: Actor) -> None:
    _move(
        lot, site_id, StockKind.GIVEN, -1, client_key=injection.client_key, by=by, injection=injection,
        on=injection.given_on,
    )  # fmt: skip


@transaction.atomic
def read_thermometer(*, site_id: int, celsius: Decimal, client_key: UUID, by: Actor) -> Warmth:
    """Write how warm the refrigerator is. Out of range, nobody is given its doses until an officer has decided."""
    scopes.check_works_at(by, site_id)
    if (done := Warmth.objects.filter(client_key=client_key, site=site_id).first()) is not None:
        return done
    terms = policies.in_force(VisitTerms, on=clock.today())
    is_out = not terms.cold_below <= celsius < terms.warm_from
    made = Warmth.objects.create(
        site_id=site_id, celsius=celsius, is_out_of_range=is_out, client_key=client_key, at=clock.now(), by_staff=by.id
    )
    if is_out:
        why = f"{celsius} °C"
        rows = hold_all(site_id)
        held = [row.pk for row in rows if row.doses and row.held_at is None]
        SiteLot.objects.filter(pk__in=held).update(held_at=clock.now(), held_why=why)
        record.write("vaccination.out_of_range", by=by, about=made, site_id=site_id, data={"lots": len(held)})
    return made


@transaction.atomic
def release(*, site_lot: SiteLot, why: str, by: Actor) -> SiteLot:
    """Let the doses of a lot at a site be given again, by an officer who asked the maker.

    :raises Refused: when they are not held, or nobody says why.
    """
    row = _held_back(site_lot, why, by=by)
    row.held_at, row.held_why = None, ""
    row.save(update_fields=["held_at", "held_why"])
    record.write("vaccination.site_lot_released", by=by, about=row, site_id=row.site_id, data={"doses": row.doses})
    return row


@transaction.atomic
def discard(*, site_lot: SiteLot, why: str, client_key: UUID, by: Actor) -> StockMove | None:
    """Throw away the held doses of a lot at a site; an officer decides it.

    :raises Refused: when they are not held, or nobody says why.
    """
    row = _held_back(site_lot, why, by=by)
    SiteLot.objects.filter(pk=row.pk).update(held_at=None, held_why="")
    if not row.doses:
        return None
    return _move(row.lot, row.site_id, StockKind.TOO_WARM, -row.doses, client_key=client_key, by=by, note=why)


def hold(lot: Lot, site_id: int) -> SiteLot:
    """Return the balance of a lot at a site, held until the commit; a new one begins at 0."""
    SiteLot.objects.bulk_create([SiteLot(site_id=site_id, lot=lot)], ignore_conflicts=True)
    return SiteLot.objects.select_for_update(of=("self",)).get(site=site_id, lot=lot)


def hold_all(site_id: int) -> list[SiteLot]:
    """Return all balances of a site, held until the commit, in the order of their ids."""
    return list(SiteLot.objects.select_for_update(of=("self",)).filter(site=site_id).order_by("pk"))


def _move(
    lot: Lot,
    site_id: int,
    kind: StockKind,
    doses: int,
    *,
    client_key: UUID,
    by: Actor,
    note: str = "",
    injection: Injection | None = None,
    to_site_id: int | None = None,
    on: date | None = None,
) -> StockMove:
    row = hold(lot, site_id)
    if (done := _done(client_key, site_id)) is not None:
        return done
    if row.doses + doses < 0:
        raise Refused(
            N_("There are only %(left)s doses of lot %(lot)s here. Please enter what was received, or count them."),
            "not_so_many",
            left=row.doses,
            lot=lot.number,
        )
    made = StockMove.objects.create(
        lot=lot, site_id=site_id, kind=kind, doses=doses, on=on or clock.today(), injection=injection,
        other_site_id=to_site_id, note=note.strip(), client_key=client_key, at=clock.now(), by_staff=by.id,
    )  # fmt: skip
    row.doses += doses
    row.save(update_fields=["doses"])
    if kind is not StockKind.GIVEN:
        record.write(f"vaccination.stock_{kind.value}", by=by, about=made, site_id=site_id, data={"doses": doses})
    return made


def _done(client_key: UUID, site_id: int) -> StockMove | None:
    return StockMove.objects.filter(client_key=client_key, site=site_id).first()


def _check_some(doses: int) -> None:
    if doses < 1:
        raise Refused(N_("Please enter how many doses: 1 or more."), "no_doses")


def _held_back(site_lot: SiteLot, why: str, *, by: Actor) -> SiteLot:
    row = SiteLot.objects.select_for_update(of=("self",)).select_related("site", "lot").get(pk=site_lot.pk)
    scopes.check_is_officer_of(by, row.site.province_code)
    if row.held_at is None:
        raise Refused(N_("These doses are not held back any more."), "not_held")
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    return row
