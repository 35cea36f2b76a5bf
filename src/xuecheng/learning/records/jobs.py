"""Background work of records: looking for learning told twice among what files brought (C-12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from xuecheng.city import clock
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.models import PersonMerge

from . import services
from .queries.doubles import records_in_file, span_of_file

FIND_DOUBLES = "records.find_doubles"
FIND_DOUBLES_OF = "records.find_doubles_of_merged"
LOOK_FOR_FILES = "records.look_for_doubles"
_RECORDS_A_SLICE = 1_000
_LOOK_BACK = timedelta(days=7)


def find_doubles(progress: Progress) -> dict[str, Any]:
    """Kind `records.find_doubles`: note the pairs of all learners of one written file."""
    file_id, found = int(progress.arguments["file"]), int(progress.cursor.get("found", 0))
    least, greatest = span_of_file(file_id) or (1, 0)
    after = int(progress.cursor.get("record", least - 1))
    while rows := records_in_file(file_id=file_id, after=after, upto=greatest, limit=_RECORDS_A_SLICE):
        after = rows[-1][0]
        with progress.slice():
            found += services.find_double_reports(learner_ids=sorted({learner for _record, learner in rows}))
            progress.cursor = {"record": after, "found": found}
            progress.done += len(rows)
    return {"found": found}


def find_doubles_of(progress: Progress) -> dict[str, Any]:
    """Kind `records.find_doubles_of_merged`: note the pairs among all records of a person with merged accounts."""
    with progress.slice():
        found = services.find_double_reports(learner_ids=[int(progress.arguments["person"])])
    return {"found": found}


def accounts_merged(merge: PersonMerge, at: datetime) -> None:
    """Hook of people: two accounts became one learner, or two again; what was told to both is one learning (C-12)."""
    if merge.undone_at is not None:
        services.drop_pairs_of_two_learners(merge.kept_id, merge.merged_id)
        return
    jobs.start(
        FIND_DOUBLES_OF,
        at=at,
        title_zh="查找重复登记：合并的账户",
        title_en="Looking for learning told to two accounts that were merged",
        arguments={"person": merge.kept_id},
        by=merge.merged_by,
    )


def look_for_files() -> None:
    """Routine: start the search for each file that was written and not searched yet; none twice."""
    now = clock.now()
    files = list(
        ImportFile.objects.filter(
            kind__startswith="records.", state=ImportFile.State.WRITTEN, brought_at__gte=now - _LOOK_BACK
        ).select_related("organisation", "brought_by")
    )
    searched = set(
        Job.objects.filter(public_id__in=[_job_id(file) for file in files]).values_list("public_id", flat=True)
    )
    for file in files:
        if _job_id(file) not in searched and file.written_count:
            jobs.start(
                FIND_DOUBLES,
                at=now,
                title_zh=f"查找重复登记：{file.file_name}",
                title_en=f"Looking for learning told twice in {file.file_name}",
                arguments={"file": file.pk, "page": ["imports:show_import", str(file.public_id)]},
                by=file.brought_by,
                organisation=file.organisation,
                public_id=_job_id(file),
            )


def _job_id(file: ImportFile) -> UUID:
    """One search for a file, whoever starts it."""
    return uuid5(NAMESPACE_URL, f"{FIND_DOUBLES}/{file.public_id}")
