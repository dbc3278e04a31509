"""What is known of a caller: the number that called, sealed, and what was noted."""

from khumkan.hotline.models import Case, CaseStep
from khumkan.kernel import crypto


def note_place(case_id: int) -> str:
    """Return where the sealed notes of a case stand, for sealing and opening."""
    return f"hotline_casestep.note_sealed.{case_id}"


def phone_place(reference: str) -> str:
    """Return where the sealed number of a caller stands."""
    return f"hotline_case.caller_sealed.{reference}"


def phone_index(phone: str) -> bytes:
    """Return the index under which the cases of a number are found."""
    return crypto.blind_index(phone, purpose="hotline.caller")


def phone_of(case: Case) -> str:
    """Return the number that called (`+66…`), or nothing when it is not known."""
    if case.caller_sealed is None:
        return ""
    return crypto.open_sealed(bytes(case.caller_sealed), where=phone_place(case.reference)).decode()


def note_of(step: CaseStep) -> str:
    """Return what was noted at a step, opened."""
    if step.note_sealed is None:
        return ""
    return crypto.open_sealed(bytes(step.note_sealed), where=note_place(step.case_id)).decode()
