"""Background work of one's own data: writing an archive, removing those whose days are over."""

from __future__ import annotations

import secrets

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.groups import keys_of

from . import services
from .models import Archive
from .parts import Subject
from .sealed_files import SealedWriter, folder, new_key
from .writing import write_archive

REMOVE = "mydata.remove_expired"
CARRY_OUT = "mydata.carry_out_erasures"


def make_archive(progress: Progress) -> None:
    """Kind `mydata.make_archive`. Killed, it begins anew in a new file under a new key, so no nonce comes twice."""
    archive = Archive.objects.select_related("person").get(pk=progress.arguments["archive"])
    if archive.state != Archive.State.MAKING:
        return
    key, name = new_key(), f"{archive.public_id}.{secrets.token_hex(8)}"
    path = folder() / name
    writer = SealedWriter(path, key)

    def after_part(done: int, total: int) -> None:
        progress.done, progress.total = done, total
        progress.report()

    try:
        write_archive(
            writer,
            subject=Subject(keys_of(archive.person_id), with_numbers=archive.with_numbers),
            name=archive.person.name,
            made_at=clock.now(),
            after_part=after_part,
        )
        writer.close()
        gone = services.keep_archive(
            progress, archive, name=name, key=key, byte_count=writer.byte_count, at=clock.now()
        )
    except BaseException:
        writer.abandon()
        path.unlink(missing_ok=True)
        raise
    for old in gone:
        (folder() / old).unlink(missing_ok=True)


def carry_out_erasures() -> None:
    services.carry_out_due(at=clock.now())


def remove_expired() -> None:
    services.remove_expired(at=clock.now())
