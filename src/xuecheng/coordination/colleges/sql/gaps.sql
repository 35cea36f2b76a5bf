-- N-01: divisions directly beneath one, with what lies in each. `own`: covered by a unit with premises in that very
-- division; `shared`: by one whose premises are elsewhere; `declared`: by one that has none. No unit: none of the three.
, covered as (
  select v.territory_id, v.level,
    coalesce(sum(p.seats) filter (where p.path like t.path || '%%'), 0) >= %(least)s as here,
    coalesce(sum(p.seats), 0) >= %(least)s as anywhere
  from colleges_coverage v
  join colleges_college c on c.id = v.college_id and c.during @> %(on)s::date
  join organisations_organisation o on o.id = c.organisation_id and o.is_active
  join territories_territory t on t.id = v.territory_id
  left join premises p on p.owner_id = c.organisation_id
  where v.during @> %(on)s::date
  group by v.territory_id, v.level
), beneath as (
  select split_part(t.path, '/', %(place)s)::bigint as area, t.level,
    count(*) as whole,
    count(*) filter (where k.here) as own,
    count(*) filter (where k.anywhere and not k.here) as shared,
    count(*) filter (where k.territory_id is not null and not k.anywhere) as declared
  from territories_territory t
  left join territories_territory above on above.id = t.parent_id
  left join covered k on k.territory_id = t.id
    and k.level = case t.level when 'community' then 'point' else t.level end
  where t.path like %(root)s and t.is_current and not t.is_pseudo and not coalesce(above.is_pseudo, false)
    and split_part(t.path, '/', %(place)s) <> ''
  group by 1, 2
), houses as (
  select nullif(split_part(path, '/', %(place)s), '')::bigint as area, count(*) as houses, sum(rooms) as rooms,
    sum(seats) as seats, avg(latitude) as latitude, avg(longitude) as longitude
  from premises where path like %(root)s group by 1
)
select t.id, t.code, t.name_zh, t.name_en, t.level, t.population, t.population_source,
  coalesce(d.own, 0), coalesce(d.shared, 0), coalesce(d.declared, 0),
  coalesce(s.whole, 0), coalesce(s.own, 0), coalesce(s.shared, 0), coalesce(s.declared, 0),
  coalesce(m.whole, 0), coalesce(m.own, 0),
  coalesce(h.houses, 0), coalesce(h.rooms, 0), coalesce(h.seats, 0), h.latitude, h.longitude
from territories_territory t
left join beneath d on d.area = t.id and d.level = 'district'
left join beneath s on s.area = t.id and s.level = 'street'
left join beneath m on m.area = t.id and m.level = 'community'
left join houses h on h.area = t.id
where t.parent_id = %(parent)s and t.is_current and not t.is_pseudo
order by t.code
