"""Documents that an employer sends with an application: checked by their content, sealed, and gone when taken back."""

import hashlib

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import steps
from khumkan.loans.actions.applications import WRITABLE
from khumkan.loans.choices import DocumentKind
from khumkan.loans.models import Application, ApplicationDocument
from khumkan.loans.models.applications import document_place
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import applications as queries
from khumkan.loans.queries import phases
from khumkan.loans.rules import documents as rules
from khumkan.loans.states import ApplicationState


@transaction.atomic
def add(*, application: Application, kind: DocumentKind, name: str, content: bytes, by: Actor) -> ApplicationDocument:
    """Keep a document with an application. The same file twice is kept once.

    :param name: as the employer calls the file.
    :raises Missing: for another employer.
    :raises Refused: for a file that is none of ours, too large or one too many, and while the bank looks at it.
    """
    held = _writable(application, by=by)
    digest = hashlib.sha256(content).hexdigest()
    there = queries.documents_of(held)
    same = next((each for each in there if each.file_hash == digest), None)
    if same is not None:
        return same
    terms = phases.terms_of(held.phase_id)
    check(rules.may_take(content, megabytes=terms.document_megabytes, there=len(there), most=terms.most_documents))
    media_type = rules.type_of(content)
    made = ApplicationDocument.objects.create(
        application=held,
        kind=kind,
        file_name=rules.safe_name(name, media_type),
        file_type=media_type,
        file_hash=digest,
        file_bytes=len(content),
        sealed=crypto.seal(content, where=document_place(held.reference, digest)),
        sent_at=clock.now(),
        sent_by=by.id,
    )
    record.write("loans.document_added", by=by, about=made, data={"application": held.pk, "bytes": len(content)})
    return made


@transaction.atomic
def remove(*, application: Application, document_id: int, by: Actor) -> None:
    """Take a document back: its content is gone, that there was one stays.

    :raises Missing: for another employer, and for a document that is not there.
    :raises Refused: while the bank looks at it.
    """
    held = _writable(application, by=by)
    found = queries.document_of(held, document_id)
    found.removed_at, found.sealed = clock.now(), None
    found.save(update_fields=["removed_at", "sealed"])
    record.write("loans.document_removed", by=by, about=found, data={"application": held.pk})


def _writable(application: Application, *, by: Actor) -> Application:
    permissions.check_may_change(by, application)
    held = steps.hold(application)
    if ApplicationState(held.state) not in WRITABLE:
        raise Refused(
            N_("The bank looks at this application now. Documents can be added when it asks for them."), "not_writable"
        )
    return held
