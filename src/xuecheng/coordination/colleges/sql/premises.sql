-- What can be taught in: houses that are open, with rooms given out; a room within a room is not counted twice, and school
-- premises count only where the school agrees (B-06). One row a house. For the front of other statements.
with premises as (
  select v.id, v.owner_id, vt.path, v.latitude, v.longitude, count(s.id) as rooms, sum(s.capacity) as seats
  from facilities_venue v
  join territories_territory vt on vt.id = v.territory_id
  join facilities_space s on s.venue_id = v.id and s.parent_id is null and s.closed_because = ''
  where v.state = 'open' and (v.kind <> 'school' or v.has_consent) and vt.path like %(within)s
  group by v.id, vt.path
)
