"""The one verb of the network so far: rolling its figures up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from xuecheng.city import clock
from xuecheng.learning.creditbank.models import LearningAccount

from .models import DailyRecords, Figures

#: A round within so short a time after the last does nothing.
ROUND_EVERY = timedelta(minutes=9)
#: Whoever was writing a record so long ago has ended. A longer import is put right by the recount of the next day.
SETTLE_AFTER = timedelta(minutes=9)

# First versions count one, a withdrawal takes one away: rows are only ever added, so counts only add up. The district
# is the second step of a territory's path; what belongs to the whole city has none.
_COUNT = """
insert into learning_network_dailyrecords as d (district_id, "on", is_settled, count)
select nullif(split_part(t.path, '/', 3), '')::bigint, r.ended_on, %(settled)s,
    sum(case when r.version = 1 then 1 when r.status = 'withdrawn' then -1 else 0 end)
from records_learningrecord r
join organisations_organisation o on o.id = r.institution_id
join territories_territory t on t.id = o.territory_id
where r.id > %(above)s and r.id <= %(upto)s
group by 1, 2
on conflict ("on", district_id, is_settled) do update set count = d.count + excluded.count"""
_HIGHEST = "select coalesce(max(id), 0) from records_learningrecord"


def roll_up(*, now: datetime, at_once: bool = False) -> bool:
    """Count what is new since the last round; once a day count everything anew. False: the last round was just now.

    Reads records by number from where the last round settled, not all of them. `at_once` does not wait for the next
    round: after a large load.
    """
    with transaction.atomic():
        figures, _is_new = Figures.objects.select_for_update(no_key=True).get_or_create(pk=1)
        if figures.counted_at and not at_once and now - figures.counted_at < ROUND_EVERY:
            return False
        if figures.recounted_on != clock.date_of(now):
            DailyRecords.objects.all().delete()
            figures.settled_to, figures.recounted_on = 0, clock.date_of(now)
        _count_records(figures, now=now)
        figures.accounts = LearningAccount.objects.count()
        figures.counted_at = now
        figures.save()
    return True


def _count_records(figures: Figures, *, now: datetime) -> None:
    with connection.cursor() as cursor:
        if figures.seen_at and now - figures.seen_at >= SETTLE_AFTER:
            cursor.execute(_COUNT, {"above": figures.settled_to, "upto": figures.seen_to, "settled": True})
            figures.settled_to = max(figures.settled_to, figures.seen_to)
        cursor.execute(_HIGHEST)
        (highest,) = cursor.fetchone()
        DailyRecords.objects.filter(is_settled=False).delete()
        cursor.execute(_COUNT, {"above": figures.settled_to, "upto": highest, "settled": False})
    if figures.seen_at is None or now - figures.seen_at >= SETTLE_AFTER:
        figures.seen_to, figures.seen_at = highest, now
