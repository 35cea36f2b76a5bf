-- What is revoked by a decision says so, for ever.

drop trigger badges_badge_stays on badges_badge;
drop function badges_badge_stays_v1();
-- What was signed stays: words, place in the list, key. A revoked credential is revoked for ever.
create function badges_badge_stays_v2() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'valid' then
      raise exception 'a credential begins valid' using errcode = '23514', constraint = 'badges_badge_begins';
    end if;
    return new;
  end if;
  if to_jsonb(new) - array[
       'state', 'state_since', 'why', 'case_id', 'by_decision', 'document', 'holder_left_at']
       is distinct from to_jsonb(old) - array[
       'state', 'state_since', 'why', 'case_id', 'by_decision', 'document', 'holder_left_at']
     or (new.document <> old.document and new.document <> '')
     or (old.holder_left_at is not null and new.holder_left_at is null) then
    raise exception 'what was signed stays' using errcode = '23514', constraint = 'badges_badge_stays';
  end if;
  if old.state = 'revoked' and (new.state <> 'revoked' or new.by_decision <> old.by_decision) then
    raise exception 'revoked is for ever' using errcode = '23514', constraint = 'badges_badge_revoked_stays';
  end if;
  return new;
end $$;
create trigger badges_badge_stays before insert or update on badges_badge
  for each row execute function badges_badge_stays_v2();
