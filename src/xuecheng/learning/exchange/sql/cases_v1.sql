-- A case and what it holds in the ledger agree at every commit (C-34): nothing is held for nobody, nothing used twice.

-- A lot is a posting of recognition, as it was posted, and stays.
create function exchange_lot_is_posting_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and exists (
       select from recognition_posting p
       where p.key = new.posting and p.book = new.learner_id % 256 and p.learner_id = new.learner_id
         and p.institution_id = new.institution_id and p.credit_class_id = new.credit_class_id
         and p.credits = new.credits and p.reverses is null) then
    return new;
  end if;
  raise exception 'a lot is one posting, and stays' using errcode = '23514', constraint = 'exchange_lot_is_posting';
end $$;
create trigger exchange_lot_is_posting before insert or update or delete on exchange_lot
  for each row execute function exchange_lot_is_posting_v1();

create function exchange_use_fits_v1() returns trigger language plpgsql as $$
declare
  most bigint;
begin
  if tg_op = 'UPDATE' and ((new.case_id, new.lot_id, new.span) is distinct from (old.case_id, old.lot_id, old.span)
       or (new.is_live and not old.is_live)) then
    raise exception 'what was held stays' using errcode = '23514', constraint = 'exchange_use_stays';
  end if;
  if tg_op = 'INSERT' then
    select l.credits into strict most from exchange_lot l join exchange_case c on c.id = new.case_id
      where l.id = new.lot_id and l.learner_id = c.learner_id and l.institution_id = c.source_id
        and l.credit_class_id = c.source_class_id;
    if lower(new.span) < 0 or upper(new.span) > most then
      raise exception 'more than there is' using errcode = '23514', constraint = 'exchange_use_fits';
    end if;
  end if;
  return new;
end $$;
create trigger exchange_use_fits before insert or update on exchange_use
  for each row execute function exchange_use_fits_v1();

create function exchange_case_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
  of_book int := new.learner_id % 256;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'asked' then
      raise exception 'a case begins with asking' using errcode = '23514', constraint = 'exchange_case_begins';
    end if;
    return new;
  end if;
  if (new.learner_id, new.term_id, new.agreement_id, new.source_id, new.target_id, new.source_class_id,
      new.target_class_id, new.source_credits, new.target_credits, new.target_unit, new.public_id, new.asked_at)
     is distinct from
     (old.learner_id, old.term_id, old.agreement_id, old.source_id, old.target_id, old.source_class_id,
      old.target_class_id, old.source_credits, old.target_credits, old.target_unit, old.public_id, old.asked_at)
     or (old.hold is not null and new.hold is distinct from old.hold) then
    raise exception 'what was asked stays' using errcode = '23514', constraint = 'exchange_case_stays';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'asked' then array['earmarked']
    when 'earmarked' then array['accepted', 'refused', 'lapsed', 'withdrawn']
    when 'accepted' then array['settled']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'exchange_case_moves_in_order';
  end if;
  if new.state = 'earmarked' then
    if not exists (select from ledger.hold h where h.key = new.hold and h.book = of_book
                     and h.amount = new.source_credits)
       or new.source_credits is distinct from (
         select sum(upper(span) - lower(span)) from exchange_use where case_id = new.id and is_live) then
      raise exception 'nothing is held' using errcode = '23514', constraint = 'exchange_case_is_held';
    end if;
  elsif new.state = 'accepted' then
    if exists (select from exchange_use u join exchange_lot l on l.id = u.lot_id
               join recognition_posting b on b.learner_id = l.learner_id and b.book = of_book and b.reverses = l.posting
               where u.case_id = new.id) then
      raise exception 'the source was taken back'
        using errcode = '23514', constraint = 'exchange_case_source_stands';
    end if;
  elsif new.state = 'settled' then
    if not exists (select from ledger.hold_end e where e.hold = new.hold and e.book = of_book
                     and e.captured = new.source_credits) then
      raise exception 'the source was not taken' using errcode = '23514', constraint = 'exchange_case_source_taken';
    end if;
  else
    if not exists (select from ledger.hold_end e where e.hold = new.hold and e.book = of_book and e.captured = 0) then
      raise exception 'nothing was given back' using errcode = '23514', constraint = 'exchange_case_given_back';
    end if;
    update exchange_use set is_live = false where case_id = new.id;
  end if;
  return new;
end $$;
create trigger exchange_case_moves before insert or update on exchange_case
  for each row execute function exchange_case_moves_v1();
