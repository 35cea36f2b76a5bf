-- Gifts and the ledger agree at every commit: what waits is held, what was given was moved whole, nothing stays behind
-- (C-42).

-- Points only: nothing that counts in a qualification can be named.
create function giving_rules_of_points_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'rules stay' using errcode = '23514', constraint = 'giving_rules_stay';
  end if;
  if not exists (select from creditbank_creditclass c
                 where c.id = new.credit_class_id and c.kind = 'reward' and not c.is_collective) then
    raise exception 'points only' using errcode = '23514', constraint = 'giving_rules_of_points';
  end if;
  if tg_op = 'UPDATE' and (
       to_jsonb(new) - array['state', 'decided_by_id', 'decided_at', 'ended_by_id', 'ends_on']
         is distinct from to_jsonb(old) - array['state', 'decided_by_id', 'decided_at', 'ended_by_id', 'ends_on']
       or (new.state <> old.state and (old.state, new.state) not in (
             ('draft', 'approved'), ('draft', 'rejected'), ('approved', 'ended')))) then
    raise exception 'rules stay' using errcode = '23514', constraint = 'giving_rules_stay';
  end if;
  return new;
end $$;
create trigger giving_rules_of_points before insert or update or delete on transfers_givingrules
  for each row execute function giving_rules_of_points_v1();

-- An offer is under rules in force, along a relation that they name and that counts, within the giver's year.
create function gift_moves_v1() returns trigger language plpgsql as $$
declare
  law transfers_givingrules;
  root bigint;
  given bigint;
begin
  if tg_op = 'DELETE' then
    raise exception 'a gift stays' using errcode = '23514', constraint = 'gift_stays';
  end if;
  if tg_op = 'UPDATE' then
    if old.state <> 'offered' and new is distinct from old
       or to_jsonb(new) - array['state', 'posting', 'ended_at']
          is distinct from to_jsonb(old) - array['state', 'posting', 'ended_at'] then
      raise exception 'a gift stays' using errcode = '23514', constraint = 'gift_stays';
    end if;
    return new;
  end if;
  if new.state <> 'offered' then
    raise exception 'a gift begins with being offered' using errcode = '23514', constraint = 'gift_stays';
  end if;
  select * into strict law from transfers_givingrules where id = new.rules_id;
  if law.state <> 'approved' or not new.relation = any (law.relations)
     or (new.offered_at at time zone 'Asia/Shanghai')::date < law.begins_on
     or law.ends_on <= (new.offered_at at time zone 'Asia/Shanghai')::date then
    raise exception 'no rule allows it' using errcode = '23514', constraint = 'gift_under_rules';
  end if;
  -- Whoever gives from whichever of their accounts queues here, so that two offers see each other.
  select coalesce(merged_into_id, id) into strict root from people_person where id = new.giver_id;
  perform from people_person where id = root for no key update;
  select coalesce(sum(g.points), 0) into given
    from transfers_gift g join people_person p on p.id = g.giver_id
    join transfers_givingrules r on r.id = g.rules_id
    where coalesce(p.merged_into_id, p.id) = root and g.year = new.year and r.credit_class_id = law.credit_class_id
      and g.state in ('offered', 'accepted');
  if given + new.points > law.most_a_year then
    raise exception 'more than a year allows' using errcode = '23514', constraint = 'gift_within_the_year';
  end if;
  return new;
end $$;
create trigger gift_moves before insert or update or delete on transfers_gift
  for each row execute function gift_moves_v1();

-- At commit: an offer has exactly its points held; one that ended holds nothing, and was moved whole or given back whole.
create function gift_is_held_v1() returns trigger language plpgsql as $$
declare
  it transfers_gift;
  unit_ int;
  held ledger.hold;
  ended ledger.hold_end;
  moved bigint;
begin
  select * into it from transfers_gift where id = new.id;
  select credit_class_id into unit_ from transfers_givingrules where id = it.rules_id;
  select * into held from ledger.hold h where h.key = it.hold and h.book = it.giver_id % 256;
  select * into ended from ledger.hold_end e where e.hold = it.hold and e.book = it.giver_id % 256;
  if held.amount is distinct from it.points or (it.state = 'offered') <> (ended.hold is null)
     or (ended.hold is not null and ended.captured <> 0) then
    raise exception 'gift % and its hold differ', it.id using errcode = '23514', constraint = 'gift_is_held';
  end if;
  if it.posting is not null then
    if it.giver_id % 256 = it.receiver_id % 256 then
      select t.amount into moved from ledger.transfer t
        join ledger.account d on d.id = t.debit and d.book = t.book
        join ledger.account k on k.id = t.credit and k.book = t.book
        where t.key = it.posting and t.book = it.giver_id % 256
          and (d.owner_kind, d.owner_id, d.role, d.unit) = (1, it.giver_id, 1, unit_)
          and (k.owner_kind, k.owner_id, k.role, k.unit) = (1, it.receiver_id, 1, unit_);
    else
      select m.amount into moved from ledger.move m
        join ledger.account d on d.id = m.source and d.book = it.giver_id % 256
        join ledger.account k on k.id = m.target and k.book = it.receiver_id % 256
        where m.key = it.posting
          and (d.owner_kind, d.owner_id, d.role, d.unit) = (1, it.giver_id, 1, unit_)
          and (k.owner_kind, k.owner_id, k.role, k.unit) = (1, it.receiver_id, 1, unit_);
    end if;
    if moved is distinct from it.points then
      raise exception 'gift % was not moved', it.id using errcode = '23514', constraint = 'gift_is_moved';
    end if;
  end if;
  return null;
end $$;
create constraint trigger gift_is_held after insert or update on transfers_gift
  deferrable initially deferred for each row execute function gift_is_held_v1();
