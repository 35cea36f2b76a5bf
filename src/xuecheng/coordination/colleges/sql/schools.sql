-- Where schools of streets and towns really are: points of their premises, as far as they are known.
select p.latitude, p.longitude
from premises p
join colleges_college c on c.organisation_id = p.owner_id and c.level = 'street' and c.during @> %(on)s::date
join territories_territory t on t.id = c.territory_id and p.path like t.path || '%%'
where p.latitude is not null and p.seats >= %(least)s
