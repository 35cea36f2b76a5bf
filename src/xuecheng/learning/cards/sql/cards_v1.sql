-- Every learning account has a card, whoever opened it, and the account's number is that of the card not replaced (C-87).

create function cards_open_with_account_v1() returns trigger language plpgsql as $$
begin
  insert into cards_card (public_id, account_id, number, state, newest_key, issued_at, reason)
  select gen_random_uuid(), person_id, card_number, 'active', 0, opened_at, '' from opened;
  return null;
end $$;

create trigger cards_open_with_account after insert on creditbank_learningaccount
  referencing new table as opened for each statement execute function cards_open_with_account_v1();

create function cards_number_in_step_v1() returns trigger language plpgsql as $$
declare
  key bigint := case when tg_table_name = 'cards_card'
    then (to_jsonb(new) ->> 'account_id')::bigint else (to_jsonb(new) ->> 'person_id')::bigint end;
begin
  if exists (select from creditbank_learningaccount where person_id = key) and not exists (
    select from creditbank_learningaccount a join cards_card c
      on c.account_id = a.person_id and c.number = a.card_number and c.state <> 'replaced'
    where a.person_id = key
  ) then
    raise exception 'an account''s number is that of its card'
      using errcode = '23514', constraint = 'card_number_in_step';
  end if;
  return null;
end $$;

-- What the trigger above writes is in step by itself; only what anybody else writes is looked at, at the end.
create constraint trigger cards_number_in_step after insert or update on cards_card
  deferrable initially deferred for each row when (pg_trigger_depth() = 0) execute function cards_number_in_step_v1();
create constraint trigger cards_number_in_step after update on creditbank_learningaccount
  deferrable initially deferred for each row execute function cards_number_in_step_v1();

create function cards_card_moves_v1() returns trigger language plpgsql as $$
begin
  if (new.public_id, new.account_id, new.number, new.issued_at) is distinct from
     (old.public_id, old.account_id, old.number, old.issued_at) then
    raise exception 'a card keeps its number and its account' using errcode = '23514', constraint = 'card_stays';
  end if;
  if new.newest_key < old.newest_key then
    raise exception 'a key version is never used again' using errcode = '23514', constraint = 'card_key_goes_up';
  end if;
  if new.state <> old.state and old.state || ' ' || new.state not in (
    'active frozen', 'active returned', 'active replaced', 'frozen active', 'frozen returned', 'frozen replaced',
    'returned replaced'
  ) then
    raise exception 'a card that is % does not become %', old.state, new.state
      using errcode = '23514', constraint = 'card_moves';
  end if;
  return new;
end $$;

create trigger cards_card_moves before update on cards_card for each row execute function cards_card_moves_v1();

create function cards_device_moves_v1() returns trigger language plpgsql as $$
begin
  if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at
     or (new.public_id, new.card_id, new.key_version, new.enrolled_at) is distinct from
        (old.public_id, old.card_id, old.key_version, old.enrolled_at) then
    raise exception 'a device that was taken off stays so' using errcode = '23514', constraint = 'card_device_moves';
  end if;
  return new;
end $$;

create trigger cards_device_moves before update on cards_device for each row execute function cards_device_moves_v1();

-- What was read stays for thirty days at the least, whatever the city has set, and is never rewritten.
create function cards_use_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' or old.at > current_timestamp - interval '30 days' then
    raise exception 'uses of cards are append-only' using errcode = '23514', constraint = 'card_use_stays';
  end if;
  return old;
end $$;

create trigger cards_use_stays before update or delete on cards_use for each row execute function cards_use_stays_v1();

-- Accounts that are there already; none can be opened meanwhile, the trigger above has locked their table.
insert into cards_card (public_id, account_id, number, state, newest_key, issued_at, reason)
select gen_random_uuid(), person_id, card_number, 'active', 0, opened_at, '' from creditbank_learningaccount;

insert into cards_terms (id, most_devices, use_days, found_days) values (1, 5, 180, 30);
