-- States follow one another, what was decided stays, credit stands only behind what was recognised (C-44 … C-49).

create function priorlearning_application_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' then
      raise exception 'an application begins as a draft' using errcode = '23514', constraint = 'priorlearning_begins';
    end if;
    return new;
  end if;
  if (new.learner_id, new.centre_id, new.group_id, new.public_id, new.begun_at)
     is distinct from (old.learner_id, old.centre_id, old.group_id, old.public_id, old.begun_at)
     or (old.seed <> '' and (new.seed, new.seal_number) is distinct from (old.seed, old.seal_number))
     or new.round < old.round then
    raise exception 'whose it is and its seed stay' using errcode = '23514', constraint = 'priorlearning_stays';
  end if;
  if new.state = old.state then
    return new;
  end if;
  allowed := case old.state
    when 'draft' then array['submitted', 'withdrawn']
    when 'submitted' then array['returned', 'screened', 'declined', 'withdrawn']
    when 'returned' then array['submitted', 'withdrawn']
    when 'screened' then array['assessing', 'withdrawn']
    when 'assessing' then array['decided', 'withdrawn']
    when 'decided' then array['appealed', 'closed']
    when 'appealed' then array['decided', 'screened', 'assessing']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'priorlearning_moves_in_order';
  end if;
  if new.state in ('decided', 'closed') and exists (
       select from priorlearning_claim c where c.application_id = new.id and c.state = 'claimed') then
    raise exception 'a unit is not decided' using errcode = '23514', constraint = 'priorlearning_decided_whole';
  end if;
  return new;
end $$;
create trigger priorlearning_application_moves before insert or update on priorlearning_application
  for each row execute function priorlearning_application_moves_v1();

create function priorlearning_claim_moves_v1() returns trigger language plpgsql as $$
declare
  allowed text[];
  of_book int := new.learner_id % 256;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'claimed' or not exists (
         select from priorlearning_application a where a.id = new.application_id and a.learner_id = new.learner_id
           and a.state in ('draft', 'returned')) then
      raise exception 'units are chosen before it is handed in'
        using errcode = '23514', constraint = 'priorlearning_claim_begins';
    end if;
    return new;
  end if;
  if (new.application_id, new.learner_id, new.unit_id, new.identity, new.public_id)
     is distinct from (old.application_id, old.learner_id, old.unit_id, old.identity, old.public_id)
     or (old.posting is not null and (new.posting, new.record_id) is distinct from (old.posting, old.record_id)) then
    raise exception 'what was claimed stays' using errcode = '23514', constraint = 'priorlearning_claim_stays';
  end if;
  if new.posting is not null and old.posting is null and not exists (
       select from recognition_posting p
       where p.key = new.posting and p.book = of_book and p.learner_id = new.learner_id and p.unit_id = new.unit_id
         and p.identity = new.identity and p.record_id = new.record_id and p.reverses is null) then
    raise exception 'no credit stands behind it' using errcode = '23514', constraint = 'priorlearning_claim_has_credit';
  end if;
  if new.state = old.state then
    return new;
  end if;
  -- What was recognised is never taken by an appeal (C-48): only a correction reverses it.
  allowed := case old.state
    when 'claimed' then array['granted', 'task', 'not_yet', 'held', 'dropped']
    when 'task' then array['granted', 'not_yet', 'held']
    when 'not_yet' then array['claimed', 'granted', 'held']
    when 'granted' then array['reversed']
    else array[]::text[]
  end;
  if new.state <> all (allowed) then
    raise exception '% does not follow %', new.state, old.state
      using errcode = '23514', constraint = 'priorlearning_claim_moves_in_order';
  end if;
  if new.state in ('granted', 'task') and not exists (select from priorlearning_opinion o where o.claim_id = new.id) then
    raise exception 'nobody assessed it' using errcode = '23514', constraint = 'priorlearning_claim_was_assessed';
  end if;
  if new.state = 'reversed' and not exists (
       select from recognition_posting b where b.book = of_book and b.reverses = new.posting) then
    raise exception 'the credit still stands' using errcode = '23514', constraint = 'priorlearning_claim_was_reversed';
  end if;
  return new;
end $$;
create trigger priorlearning_claim_moves before insert or update on priorlearning_claim
  for each row execute function priorlearning_claim_moves_v1();

-- Nobody assesses themselves, whatever was drawn.
create function priorlearning_assignment_fits_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.application_id, new.person_id, new.draw_id, new.purpose, new.round, new.place)
       is distinct from (old.application_id, old.person_id, old.draw_id, old.purpose, old.round, old.place) then
    raise exception 'an assignment stays' using errcode = '23514', constraint = 'priorlearning_assignment_stays';
  end if;
  if tg_op = 'INSERT' and exists (
       select from priorlearning_application a
       join people_person l on l.id = a.learner_id join people_person p on p.id = new.person_id
       where a.id = new.application_id and coalesce(l.merged_into_id, l.id) = coalesce(p.merged_into_id, p.id)) then
    raise exception 'nobody assesses themselves' using errcode = '23514', constraint = 'priorlearning_assignment_other';
  end if;
  return new;
end $$;
create trigger priorlearning_assignment_fits before insert or update on priorlearning_assignment
  for each row execute function priorlearning_assignment_fits_v1();

create function priorlearning_opinion_fits_v1() returns trigger language plpgsql as $$
begin
  if not exists (
       select from priorlearning_assignment s join priorlearning_claim c on c.application_id = s.application_id
       where s.id = new.assignment_id and c.id = new.claim_id and s.ended_at is null and s.purpose = 'assessing'
         and c.state = 'claimed') then
    raise exception 'an opinion of whoever was drawn' using errcode = '23514', constraint = 'priorlearning_opinion_fits';
  end if;
  return new;
end $$;
create trigger priorlearning_opinion_fits before insert on priorlearning_opinion
  for each row execute function priorlearning_opinion_fits_v1();

-- Draws, opinions and votes are only added; the erasure of a person may blank the words.
create function priorlearning_keeps_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - array['words', 'task'] = to_jsonb(old) - array['words', 'task'] then
    return new;
  end if;
  raise exception '% is only added to: % refused', tg_table_name, tg_op using errcode = '42501';
end $$;
create trigger priorlearning_draw_keeps before update or delete on priorlearning_draw
  for each row execute function priorlearning_keeps_v1();
create trigger priorlearning_opinion_keeps before update or delete on priorlearning_opinion
  for each row execute function priorlearning_keeps_v1();
create trigger priorlearning_ballot_keeps before update or delete on priorlearning_ballot
  for each row execute function priorlearning_keeps_v1();
