"""Writing the public file of a draw: once, streamed, the same bytes whenever it is written again."""

import gzip
import hashlib
import tempfile

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from khumkan.kernel.actors import Actor
from khumkan.screening.actions.rounds.steps import note
from khumkan.screening.models import Round
from khumkan.screening.queries import frames

#: Level 6 is a third slower than 4 and saves next to nothing on hashes.
LEVEL = 4


@transaction.atomic
def publish(*, round_id: int, by: Actor) -> bool:
    """Write the file of a round that was drawn, unless it is there; return whether it was written.

    Time and name are left out of the compressed file, so that its hash depends on the draw alone.
    """
    drawn = Round.objects.select_for_update().get(pk=round_id)
    if not drawn.seed or drawn.file_name:
        return False
    with tempfile.TemporaryFile() as target:
        with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=LEVEL, filename="", mtime=0) as packed:
            for block in frames.file_blocks(drawn):
                packed.write(block)
        drawn.file_bytes = target.tell()
        target.seek(0)
        drawn.file_hash = hashlib.file_digest(target, "sha256").hexdigest()
        target.seek(0)
        drawn.file_name = default_storage.save(f"draws/{drawn.reference}.jsonl.gz", File(target))
    drawn.save(update_fields=["file_name", "file_hash", "file_bytes"])
    note("published", drawn, by=by, bytes=drawn.file_bytes)
    return True
