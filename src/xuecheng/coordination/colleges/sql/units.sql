-- What each unit that stands on a day has to teach in, within the division where it is (N-01).
select c.id, count(p.id), coalesce(sum(p.rooms), 0), coalesce(sum(p.seats), 0)
from colleges_college c
join territories_territory t on t.id = c.territory_id
join premises p on p.owner_id = c.organisation_id and p.path like t.path || '%%'
where c.during @> %(on)s::date and (%(unit)s::bigint is null or c.id = %(unit)s)
group by c.id
