-- A relation is what was recorded: each of the two agrees once, either ends it, nothing else changes (C-42).
create function kinship_moves_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a relation stays' using errcode = '23514', constraint = 'kinship_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.one_agreed_at is not null or new.other_agreed_at is not null or new.ended_at is not null then
      raise exception 'a relation begins unagreed' using errcode = '23514', constraint = 'kinship_stays';
    end if;
    return new;
  end if;
  if to_jsonb(new) - array['one_agreed_at', 'other_agreed_at', 'ended_at', 'ended_by_id']
       is distinct from to_jsonb(old) - array['one_agreed_at', 'other_agreed_at', 'ended_at', 'ended_by_id']
     or old.ended_at is not null and new is distinct from old
     or old.one_agreed_at is not null and new.one_agreed_at is distinct from old.one_agreed_at
     or old.other_agreed_at is not null and new.other_agreed_at is distinct from old.other_agreed_at then
    raise exception 'a relation stays' using errcode = '23514', constraint = 'kinship_stays';
  end if;
  return new;
end $$;
create trigger kinship_moves before insert or update or delete on transfers_kinship
  for each row execute function kinship_moves_v1();

-- Points are offered and accepted between the two of a relation, while both stand by it.
create function gift_along_kinship_v1() returns trigger language plpgsql as $$
begin
  if new.kinship_id is null or (tg_op = 'UPDATE' and new.state <> 'accepted') then
    return new;
  end if;
  -- Whoever ends it queues here: what was accepted was accepted before.
  perform from transfers_kinship where id = new.kinship_id for share;
  if not exists (
       select from transfers_kinship k
       join people_person a on a.id = k.one_id
       join people_person b on b.id = k.other_id
       join people_person g on g.id = new.giver_id
       join people_person r on r.id = new.receiver_id
       where k.id = new.kinship_id and k.ended_at is null
         and k.one_agreed_at is not null and k.other_agreed_at is not null
         and array[coalesce(g.merged_into_id, g.id), coalesce(r.merged_into_id, r.id)]
             in (array[coalesce(a.merged_into_id, a.id), coalesce(b.merged_into_id, b.id)],
                 array[coalesce(b.merged_into_id, b.id), coalesce(a.merged_into_id, a.id)])) then
    raise exception 'no such relation' using errcode = '23514', constraint = 'gift_along_kinship';
  end if;
  return new;
end $$;
create trigger gift_along_kinship before insert or update of state on transfers_gift
  for each row execute function gift_along_kinship_v1();
