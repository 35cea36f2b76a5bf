-- As v1, and: a case whose source is frozen is not accepted (C-71); one whose source was withdrawn is voided (C-72).

create function exchange_case_moves_v2() returns trigger language plpgsql as $$
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
    when 'earmarked' then array['accepted', 'refused', 'lapsed', 'withdrawn', 'voided']
    when 'accepted' then array['settled', 'voided']
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
               where u.case_id = new.id and u.is_live) then
      raise exception 'the source was taken back'
        using errcode = '23514', constraint = 'exchange_case_source_stands';
    end if;
    if exists (select from exchange_use u join exchange_lot l on l.id = u.lot_id
               join recognition_withholding w on w.learner_id = l.learner_id and w.posting = l.posting
               where u.case_id = new.id and u.is_live and w.purpose = 'frozen' and w.ended_at is null) then
      raise exception 'the source is frozen' using errcode = '23514', constraint = 'exchange_case_source_not_frozen';
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
drop trigger exchange_case_moves on exchange_case;
create trigger exchange_case_moves before insert or update on exchange_case
  for each row execute function exchange_case_moves_v2();
