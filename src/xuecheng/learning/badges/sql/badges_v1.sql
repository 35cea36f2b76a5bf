-- Credentials, keys and status lists hold together, whoever writes them.

-- What was signed stays: words, place in the list, key. A revoked credential is revoked for ever.
create function badges_badge_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'valid' then
      raise exception 'a credential begins valid' using errcode = '23514', constraint = 'badges_badge_begins';
    end if;
    return new;
  end if;
  if to_jsonb(new) - array['state', 'state_since', 'why', 'case_id', 'document', 'holder_left_at']
       is distinct from to_jsonb(old) - array['state', 'state_since', 'why', 'case_id', 'document', 'holder_left_at']
     or (new.document <> old.document and new.document <> '')
     or (old.holder_left_at is not null and new.holder_left_at is null) then
    raise exception 'what was signed stays' using errcode = '23514', constraint = 'badges_badge_stays';
  end if;
  if old.state = 'revoked' and new.state <> 'revoked' then
    raise exception 'revoked is for ever' using errcode = '23514', constraint = 'badges_badge_revoked_stays';
  end if;
  return new;
end $$;
create trigger badges_badge_stays before insert or update on badges_badge
  for each row execute function badges_badge_stays_v1();

-- Bit 0 is the left-most of byte 0 in the published list; PostgreSQL counts from the right within a byte.
create function badges_bit_v1(bits bytea, place int) returns boolean immutable language sql as
$$ select get_bit(bits, (place / 8) * 8 + 7 - place % 8) = 1 $$;

-- At commit: the bit of what does not hold is set, and of what holds is not.
create function badges_badge_has_its_bit_v1() returns trigger language plpgsql as $$
declare
  it badges_badge;
begin
  select * into it from badges_badge where id = new.id;
  if it.id is not null and not exists (
    select from badges_statuslist l where l.id = it.status_list_id
      and badges_bit_v1(l.revoked, it.status_index) = (it.state <> 'valid')
      and badges_bit_v1(l.suspended, it.status_index) = (it.state = 'suspended')) then
    raise exception 'credential % and its status list differ', it.id
      using errcode = '23514', constraint = 'badges_badge_has_its_bit';
  end if;
  return null;
end $$;
create constraint trigger badges_badge_has_its_bit after insert or update on badges_badge
  deferrable initially deferred for each row execute function badges_badge_has_its_bit_v1();

-- At commit: no bit is set for nobody.
create function badges_list_is_its_badges_v1() returns trigger language plpgsql as $$
declare
  it badges_statuslist;
begin
  select * into it from badges_statuslist where id = new.id;
  if length(it.revoked) <> 16384 or length(it.suspended) <> 16384
     or not exists (
       select from (
         select count(*) as off, count(*) filter (where b.state = 'suspended') as paused
         from badges_badge b where b.status_list_id = it.id and b.state <> 'valid') c
       where c.off = bit_count(it.revoked) and c.paused = bit_count(it.suspended)) then
    raise exception 'status list % and its credentials differ', it.number
      using errcode = '23514', constraint = 'badges_list_is_its_badges';
  end if;
  return null;
end $$;
create constraint trigger badges_list_is_its_badges
  after insert or update of revoked, suspended on badges_statuslist
  deferrable initially deferred for each row execute function badges_list_is_its_badges_v1();

create function badges_achievement_stays_v1() returns trigger language plpgsql as $$
begin
  raise exception 'an achievement stays' using errcode = '23514', constraint = 'badges_achievement_stays';
end $$;
create trigger badges_achievement_stays before update or delete on badges_achievement
  for each row execute function badges_achievement_stays_v1();

-- A key is never another key, and never comes back.
create function badges_key_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
     or (new.issuer_id, new.kind, new.number, new.public, new.public_id, new.made_at)
       is distinct from (old.issuer_id, old.kind, old.number, old.public, old.public_id, old.made_at)
     or old.state = 'compromised' and new.state <> 'compromised'
     or old.state = 'retired' and new.state = 'active' then
    raise exception 'a key stays' using errcode = '23514', constraint = 'badges_key_stays';
  end if;
  return new;
end $$;
create trigger badges_key_stays before update or delete on badges_signingkey
  for each row execute function badges_key_stays_v1();

-- What a share shows and until when is settled with its link; it is withdrawn, never opened again.
create function badges_share_stays_v1() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - array['withdrawn_at', 'title'] is distinct from to_jsonb(old) - array['withdrawn_at', 'title']
     or old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at then
    raise exception 'a share stays' using errcode = '23514', constraint = 'badges_share_stays';
  end if;
  return new;
end $$;
create trigger badges_share_stays before update on badges_share
  for each row execute function badges_share_stays_v1();
