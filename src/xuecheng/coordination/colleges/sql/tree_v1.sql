-- N-05: a unit's parent is of a higher level, stands as long as the unit does, and no line is longer than four.
-- Levels never change, and each parent's is higher: two moves at once, each right by itself, cannot close a ring together.
create function colleges_rank_v1(level text) returns int language sql immutable as $$
  select array_position(array['city', 'district', 'street', 'point'], level)
$$;

create function colleges_tree_v1() returns trigger language plpgsql as $$
declare
  above colleges_college;
  depth int := 1;
  next_id bigint := new.parent_id;
begin
  if tg_op = 'UPDATE' and new.level <> old.level then
    raise exception 'the level of a unit stays' using errcode = '23514', constraint = 'college_level_stays';
  end if;
  if new.parent_id is not null then
    -- Whoever closes the parent locks its row: one of the two waits and then sees the other's.
    select * into above from colleges_college where id = new.parent_id for no key update;
    if above.id = new.id or colleges_rank_v1(above.level) >= colleges_rank_v1(new.level) then
      raise exception 'a parent is of a higher level' using errcode = '23514', constraint = 'college_parent_above';
    end if;
    if not (above.during @> lower(new.during))
       or (upper(above.during) is not null and (upper(new.during) is null or upper(new.during) > upper(above.during))) then
      raise exception 'a parent stands as long' using errcode = '23514', constraint = 'college_parent_stands';
    end if;
  end if;
  while next_id is not null loop
    depth := depth + 1;
    if depth > 4 then
      raise exception 'the network has four levels' using errcode = '23514', constraint = 'college_depth';
    end if;
    select parent_id into next_id from colleges_college where id = next_id;
  end loop;
  if tg_op = 'UPDATE' and new.during <> old.during then
    if exists (
      select from colleges_college c where c.parent_id = new.id
        and (not new.during @> lower(c.during)
             or (upper(new.during) is not null and (upper(c.during) is null or upper(c.during) > upper(new.during))))
    ) then
      raise exception 'units below still stand' using errcode = '23514', constraint = 'college_children_end_first';
    end if;
    if exists (select from colleges_coverage v where v.college_id = new.id and not v.during <@ new.during) then
      raise exception 'it covers something longer' using errcode = '23514', constraint = 'college_coverage_ends_first';
    end if;
  end if;
  return new;
end $$;
create trigger colleges_tree before insert or update on colleges_college
  for each row execute function colleges_tree_v1();

-- Coverage lies within its unit's time and bears its level, for the exclusions: of each level one unit a day.
create function colleges_coverage_v1() returns trigger language plpgsql as $$
declare
  unit colleges_college;
begin
  select * into unit from colleges_college where id = new.college_id for no key update;
  if tg_op = 'UPDATE' and (new.college_id, new.territory_id) <> (old.college_id, old.territory_id) then
    raise exception 'coverage stays where it is' using errcode = '23514', constraint = 'coverage_stays';
  end if;
  if not new.during <@ unit.during then
    raise exception 'a unit covers while it stands' using errcode = '23514', constraint = 'coverage_within_unit';
  end if;
  new.level := unit.level;
  return new;
end $$;
create trigger colleges_coverage before insert or update on colleges_coverage
  for each row execute function colleges_coverage_v1();
