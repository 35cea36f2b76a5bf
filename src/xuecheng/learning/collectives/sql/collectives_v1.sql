-- Accounts of collectives and the ledger agree at every commit (C-91).

create function collective_moves_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'an account stays' using errcode = '23514', constraint = 'collective_stays';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'applied' then
      raise exception 'an account begins with being applied for'
        using errcode = '23514', constraint = 'collective_moves_in_order';
    end if;
    return new;
  end if;
  if (new.public_id, new.kind, new.institution_id, new.organisation_id, new.applied_at)
     is distinct from (old.public_id, old.kind, old.institution_id, old.organisation_id, old.applied_at) then
    raise exception 'what was applied for stays' using errcode = '23514', constraint = 'collective_stays';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
       ('applied', 'open'), ('applied', 'refused'), ('applied', 'withdrawn'), ('open', 'closed')) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'collective_moves_in_order';
  end if;
  return new;
end $$;
create trigger collective_moves before insert or update or delete on collectives_collective
  for each row execute function collective_moves_v1();

-- Only an open account is deposited to, and by nobody who belongs to it.
create function collective_deposit_begins_v1() returns trigger language plpgsql as $$
begin
  if not exists (select from collectives_collective c where c.id = new.collective_id and c.state = 'open') then
    raise exception 'no open account' using errcode = '23514', constraint = 'collective_deposit_to_open';
  end if;
  if exists (
       select from collectives_membership m
       join people_person p on p.id = m.person_id
       join people_person q on q.id = new.deposited_by_id
       where m.collective_id = new.collective_id and m.state = 'standing'
         and coalesce(p.merged_into_id, p.id) = coalesce(q.merged_into_id, q.id)) then
    raise exception 'members deposit nothing' using errcode = '23514', constraint = 'collective_deposit_by_another';
  end if;
  if new.taken_back_at is not null then
    raise exception 'a deposit begins with standing' using errcode = '23514', constraint = 'collective_deposit_stays';
  end if;
  return new;
end $$;
create trigger collective_deposit_begins before insert on collectives_deposit
  for each row execute function collective_deposit_begins_v1();

-- What was deposited stays; it is taken back once.
create function collective_deposit_stays_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.taken_back_at is not null and (new.taken_back_at, new.why) is distinct from (old.taken_back_at, old.why)
     or to_jsonb(new) - array['taken_back_by_id', 'taken_back_at', 'why']
        is distinct from to_jsonb(old) - array['taken_back_by_id', 'taken_back_at', 'why'] then
    raise exception 'a deposit stays' using errcode = '23514', constraint = 'collective_deposit_stays';
  end if;
  return new;
end $$;
create trigger collective_deposit_stays before update or delete on collectives_deposit
  for each row execute function collective_deposit_stays_v1();

create function collective_row_stays_v1() returns trigger language plpgsql as $$
begin
  raise exception 'it stays' using errcode = '23514', constraint = tg_argv[0];
end $$;
create trigger collective_line_stays before update or delete on collectives_depositline
  for each row execute function collective_row_stays_v1('collective_line_stays');
create trigger collective_remainder_stays before update or delete on collectives_remainder
  for each row execute function collective_row_stays_v1('collective_remainder_stays');

-- At commit: each line is one posting from the institution's own issuing account to the collective's, taken back exactly
-- when the deposit is.
create function collective_deposit_is_posted_v1() returns trigger language plpgsql as $$
declare
  it collectives_deposit;
begin
  select * into it from collectives_deposit where id = new.id;
  if it.credits <> (select coalesce(sum(l.credits), 0) from collectives_depositline l where l.deposit_id = it.id)
     or not exists (select from collectives_depositline l where l.deposit_id = it.id) then
    raise exception 'deposit % is not its lines', it.id
      using errcode = '23514', constraint = 'collective_deposit_is_posted';
  end if;
  if exists (
       select from collectives_depositline l
       join collectives_collective c on c.id = it.collective_id
       left join ledger.transfer t on t.key = l.key and t.book = c.id % 256
       left join ledger.account d on d.id = t.debit and d.book = t.book
       left join ledger.account k on k.id = t.credit and k.book = t.book
       where l.deposit_id = it.id and l.key is not null and (
         (t.kind, t.amount, t.ref, d.owner_kind, d.owner_id, d.role, k.owner_kind, k.owner_id, k.role, k.unit)
           is distinct from
         (60::smallint, l.credits, it.id, 2::smallint, c.institution_id, 3::smallint, 5::smallint, c.id, 1::smallint,
          l.credit_class_id)
         or (it.taken_back_at is not null) <> exists (
              select from ledger.reversal r where r.reversed = l.key and r.book = c.id % 256))) then
    raise exception 'deposit % and the ledger differ', it.id
      using errcode = '23514', constraint = 'collective_deposit_is_posted';
  end if;
  return null;
end $$;
create constraint trigger collective_deposit_is_posted after insert or update on collectives_deposit
  deferrable initially deferred for each row execute function collective_deposit_is_posted_v1();

-- At commit: on a closed account lies nothing, nothing comes any more, and nobody belongs to it.
create function collective_closed_is_empty_v1() returns trigger language plpgsql as $$
declare
  now_ text;
begin
  select state into now_ from collectives_collective where id = new.id;
  if now_ = 'closed' and (
       exists (select from ledger.account a join ledger.balance b on b.account_id = a.id and b.book = a.book
               where a.owner_kind = 5 and a.owner_id = new.id and a.book = new.id % 256
                 and (b.balance <> 0 or b.state <> 2))
       or exists (select from collectives_membership m
                  where m.collective_id = new.id and m.state in ('asked', 'standing'))) then
    raise exception 'account % is not empty', new.id
      using errcode = '23514', constraint = 'collective_closed_is_empty';
  end if;
  return null;
end $$;
create constraint trigger collective_closed_is_empty after update on collectives_collective
  deferrable initially deferred for each row execute function collective_closed_is_empty_v1();

-- Who asks to join asks an open account; a refused or closed one has no members.
create function collective_member_of_open_v1() returns trigger language plpgsql as $$
begin
  if new.state in ('asked', 'standing')
     and not exists (select from collectives_collective c where c.id = new.collective_id and c.state = 'open') then
    raise exception 'no open account' using errcode = '23514', constraint = 'collective_member_of_open';
  end if;
  return new;
end $$;
create trigger collective_member_of_open before insert or update on collectives_membership
  for each row execute function collective_member_of_open_v1();
