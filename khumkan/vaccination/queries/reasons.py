"""By which rule somebody's turn has come, or why it has not: what each person can be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_
from khumkan.places import queries as place_queries
from khumkan.policies.models import Phase
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import DistrictChoice, DistrictRate, Enrolment
from khumkan.vaccination.queries import districts, phases
from khumkan.vaccination.rules import incidence
from khumkan.vaccination.rules.incidence import Judged
from khumkan.vaccination.states import DistrictChoiceState
from khumkan.vaccination.terms.areas import AreaTerms


@dataclass(frozen=True)
class Opened:
    """Why somebody can be vaccinated now, or cannot yet.

    :param phase: that is open where the person works; none while none is.
    :param area: its name, in the language of this request.
    :param choice: the signed choice that says so; none where no choice of districts decided.
    :param judged: the figures of the area in that choice.
    """

    is_open: bool
    area_code: str
    area: str
    phase: Phase | None
    choice: DistrictChoice | None
    judged: Judged | None

    @property
    def phase_title(self) -> str:
        """The name of the phase that is open there, in the language of this request."""
        return phases.title_of(self.phase) if self.phase else ""

    @property
    def terms(self) -> AreaTerms | None:
        """The terms of the choice: days, rate from which a district is opened."""
        return districts.terms_of(self.choice) if self.choice else None

    @property
    def why(self) -> Reason:
        """The rule in words, for the person and whoever speaks with them."""
        if self.judged is not None and self.terms is not None:
            return incidence.explained(self.judged, terms=self.terms)
        if not self.area_code:
            return Reason("no_address", str(WaitingBecause.NO_ADDRESS.label))
        if self.is_open:
            return Reason("phase", N_("The phase is open in the whole of this area."))
        return Reason("not_open", N_("No phase is open in this area yet."))


def reason_for(enrolment: Enrolment) -> Opened:
    """Return which rule opened the area of somebody, or why it is not open. Six queries at most."""
    area_code = phases.area_of(enrolment)
    phase = next((each for each in phases.running() if phases.covers(each, area_code)), None)
    choice, row = _decided(area_code, phase)
    named = row.area_code if row else area_code[:4]
    area = place_queries.area_names([named]).get(named, "") if named else ""
    return Opened(
        is_open=phase is not None,
        area_code=named,
        area=area,
        phase=phase,
        choice=choice,
        judged=districts.judged_from(row) if row else None,
    )


def _decided(area_code: str, phase: Phase | None) -> tuple[DistrictChoice | None, DistrictRate | None]:
    """Return the choice of the phase that is open there, or the last signed one in which the area was judged."""
    signed = DistrictChoice.objects.filter(state=DistrictChoiceState.SIGNED).select_related("phase", "case_file")
    if phase is not None:
        signed = signed.filter(phase=phase)
    rows = DistrictRate.objects.filter(choice__in=signed, area_code__in=_larger(area_code))
    row = rows.select_related("choice__phase", "choice__case_file").order_by("-choice__signed_at", "-area_code").first()
    return (row.choice, row) if row else (None, None)


def _larger(area_code: str) -> Sequence[str]:
    return [area_code[:length] for length in (2, 4) if len(area_code) >= length]
