"""Bring the data of a workspace from an older form to the present one."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from builder.workspace import form
from builder.workspace.store import Shelf

log = logging.getLogger(__name__)


def migrate(data: Path, before: form.Form, shelves: Iterable[Shelf[Any]]) -> form.Form:
    """Write every record anew as the present form has it, and then the number of the form.

    Form 2 gives corrections a round and an arm, relations who made them, and seeds their reader and
    record; what older data do not say stays open. A run that is killed is done again whole.

    Args:
        data: the folder of the data.
        before: the form that the data are in.
        shelves: the shelves that lie in git; the others are made again.

    """
    if before.number < form.CURRENT:
        log.info("%s is in form %d and is brought to form %d", data, before.number, form.CURRENT)
        for shelf in shelves:
            for path in shelf.files():
                shelf.write(path.stem, [record for _, _, record in shelf.placed([path])])
    now = form.Form(form.CURRENT, before.shards)
    form.write(data, now)
    return now
