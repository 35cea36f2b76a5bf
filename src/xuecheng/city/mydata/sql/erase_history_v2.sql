-- The one way in which history changes (decision 0014): what identified a person is taken out of it, once they are erased.
--
-- It runs as the owner; the application may only call it, and holds no right to change a history or an append-only table.
-- It takes no person: those of an erasure that is being carried out, whose accounts are closed and erased in the same
-- transaction already. Each table and column that it touches is named here; a new one is a new version of this function.
-- Tables of the floors above stand here too: there is one function in the database, so that there is one place to look.

-- Since the first version: why a hand-over was taken back, and what is said in the trace of exchanges, redemption, prior
-- learning, withdrawals and places in classes, of learning from outside, circles, credentials and points given.

create function mydata_erase_history_v2(erasure uuid, identifying jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  -- Stands where a person's own words stood that must not be empty; the same as `erasing.WORDS_GONE`.
  gone constant text := '（已随注销删除 Erased）';
  erasure_id bigint;
  root bigint;
  keys bigint[];
  ids text[];
  pseudonym text;
  words text[];
  contexts uuid[];
  ignored_before text := coalesce(current_setting('pgtrigger.ignore', true), '');
  counts jsonb := '{}';
  n bigint;
begin
  select e.id, coalesce(p.merged_into_id, p.id) into erasure_id, root
    from mydata_erasure e join people_person p on p.id = e.person_id
   where e.public_id = erasure and e.state = 'waiting';
  select array_agg(p.id), array_agg(p.public_id::text), max(p.name) filter (where p.id = root)
    into keys, ids, pseudonym
    from people_person p where p.id = root or p.merged_into_id = root;
  if root is null or exists (select from people_person p where p.id = any(keys) and p.erased_at is null) then
    raise exception 'nobody is being erased by %', erasure using errcode = '42501';
  end if;
  select coalesce(array_agg(w.word order by w.n), '{}') into words
    from jsonb_array_elements_text(identifying) with ordinality w(word, n) where length(w.word) >= 2;

  -- The triggers that keep these tables, and no others, stand aside for this transaction's remaining statements of this
  -- function. Those of our own making look at `xuecheng.erasing` and at who the current user is.
  perform set_config(
    'pgtrigger.ignore',
    (select coalesce(array_agg(t.tgname), '{}')::text from pg_trigger t
      where t.tgname like 'pgtrigger\_append\_only\_%' and t.tgrelid = any(array[
        'people_personevent', 'people_personmergeevent', 'access_brokenglassevent', 'access_roleholdingevent',
        'care_guardianshipevent', 'linking_linkevent', 'realname_identitydocumentevent', 'realname_unmasking',
        'documents_documentevent', 'credentials_transcriptevent'
      ]::regclass[])
         or t.tgname like 'pgtrigger\_handing\_stays\_%' and t.tgrelid = 'redemption_handing'::regclass),
    true
  );
  perform set_config('xuecheng.erasing', 'on', true);

  update people_personevent
     set name = pseudonym, sign_in_name = '~', sort_key = '', birth_year = null, territory_id = null
   where pgh_obj_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('people_personevent', n);

  update people_personmergeevent
     set reason = gone, undone_why = case undone_why when '' then '' else gone end
   where kept_id = any(keys) or merged_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('people_personmergeevent', n);

  update realname_identitydocumentevent
     set name_on_document = pseudonym, valid_until = null, service_reference = '', note = ''
   where person_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('realname_identitydocumentevent', n);

  -- That somebody looked stays, and how often that day; at what, and why, goes with the document.
  update realname_unmasking set document_id = null, reason = gone
   where document_id in (select pgh_obj_id from realname_identitydocumentevent where person_id = any(keys));
  get diagnostics n = row_count; counts := counts || jsonb_build_object('realname_unmasking', n);

  -- The day of birth of a child who leaves; 0001-01-01 is no day of anybody's.
  update care_guardianshipevent
     set child_born_on = case when child_id = any(keys) then date '0001-01-01' else child_born_on end, proof = gone
   where child_id = any(keys) or guardian_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('care_guardianshipevent', n);

  -- How sites know the person.
  update linking_linkevent set subject = '', scopes = '[]' where person_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('linking_linkevent', n);

  update access_roleholdingevent
     set reason = mydata_without_words_v1(reason, words, pseudonym),
         decision = mydata_without_words_v1(decision, words, pseudonym)
   where person_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('access_roleholdingevent', n);

  update access_brokenglassevent
     set reason = mydata_without_words_v1(reason, words, pseudonym),
         finding = mydata_without_words_v1(finding, words, pseudonym)
   where person_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('access_brokenglassevent', n);

  update documents_documentevent
     set hold_reason = mydata_without_words_v1(hold_reason, words, pseudonym),
         removal_reason = mydata_without_words_v1(removal_reason, words, pseudonym)
   where person_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('documents_documentevent', n);

  update credentials_transcriptevent set revoked_why = mydata_without_words_v1(revoked_why, words, pseudonym)
   where learner_id = any(keys);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('credentials_transcriptevent', n);

  update care_deed set why = left(mydata_without_words_v1(why, words, pseudonym), 300)
   where (person_id = any(keys) or helper_id = any(keys)) and why <> mydata_without_words_v1(why, words, pseudonym);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('care_deed', n);

  -- Records and postings stay as they are; words about the learner beside them do not.
  update records_learningrecord
     set note = left(mydata_without_words_v1(note, words, pseudonym), 300),
         evidence = left(mydata_without_words_v1(evidence, words, pseudonym), 300),
         reason = left(mydata_without_words_v1(reason, words, pseudonym), 200)
   where learner_id = any(keys) and (
     note <> mydata_without_words_v1(note, words, pseudonym)
     or evidence <> mydata_without_words_v1(evidence, words, pseudonym)
     or reason <> mydata_without_words_v1(reason, words, pseudonym));
  get diagnostics n = row_count; counts := counts || jsonb_build_object('records_learningrecord', n);

  update recognition_posting set why = left(mydata_without_words_v1(why, words, pseudonym), 200)
   where learner_id = any(keys) and why <> mydata_without_words_v1(why, words, pseudonym);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('recognition_posting', n);

  update redemption_handing set why = left(mydata_without_words_v1(why, words, pseudonym), 200)
   where person_id = any(keys) and why <> mydata_without_words_v1(why, words, pseudonym);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('redemption_handing', n);

  -- The trace: who did it, for whom it was done, and what was said of it, where it was the person or touched them.
  select array_agg(distinct c.id) into contexts from (
    select id from pghistory_context where metadata ->> 'by' = any(ids)
    union select id from pghistory_context where metadata ->> 'for' = any(ids)
    union select pgh_context_id from people_personevent where pgh_obj_id = any(keys)
    union select pgh_context_id from people_personmergeevent where kept_id = any(keys) or merged_id = any(keys)
    union select pgh_context_id from access_roleholdingevent where person_id = any(keys)
    union select pgh_context_id from access_brokenglassevent where person_id = any(keys)
    union select pgh_context_id from care_proxyevent where person_id = any(keys) or helper_id = any(keys)
    union select pgh_context_id from care_guardianshipevent where child_id = any(keys) or guardian_id = any(keys)
    union select pgh_context_id from linking_linkevent where person_id = any(keys)
    union select pgh_context_id from realname_identitydocumentevent where person_id = any(keys)
    union select pgh_context_id from identity_contactpointevent where person_id = any(keys)
    union select pgh_context_id from identity_startcodeevent where person_id = any(keys)
    union select pgh_context_id from identity_recoveryevent where person_id = any(keys)
    union select pgh_context_id from documents_documentevent where person_id = any(keys)
    union select pgh_context_id from mydata_archiveevent where person_id = any(keys)
    union select pgh_context_id from mydata_requestevent where person_id = any(keys)
    union select pgh_context_id from mydata_erasureevent where person_id = any(keys)
    union select pgh_context_id from credentials_transcriptevent where learner_id = any(keys)
    union select pgh_context_id from exchange_caseevent where learner_id = any(keys)
    union select e.pgh_context_id from exchange_appealevent e
           join exchange_case c on c.id = e.case_id where c.learner_id = any(keys)
    union select pgh_context_id from redemption_redemptionevent where learner_id = any(keys)
    union select pgh_context_id from priorlearning_applicationevent where learner_id = any(keys)
    union select pgh_context_id from priorlearning_claimevent where learner_id = any(keys)
    union select e.pgh_context_id from priorlearning_appealevent e
           join priorlearning_claim c on c.id = e.claim_id where c.learner_id = any(keys)
    union select pgh_context_id from supervision_suspicionevent where learner_id = any(keys)
    union select pgh_context_id from supervision_withdrawalevent where learner_id = any(keys)
    union select pgh_context_id from supervision_shortfallevent where learner_id = any(keys)
    union select e.pgh_context_id from supervision_appealevent e
           join supervision_withdrawal w on w.id = e.withdrawal_id where w.learner_id = any(keys)
    union select pgh_context_id from enrolment_enrolmentevent where person_id = any(keys)
    union select e.pgh_context_id from foreign_foreignrecordevent e
           join foreign_foreignrecord r on r.id = e.pgh_obj_id where r.learner_id = any(keys)
    union select pgh_context_id from collectives_membershipevent where person_id = any(keys)
    union select pgh_context_id from badges_badgeevent where learner_id = any(keys)
    union select pgh_context_id from badges_shareevent where learner_id = any(keys)
    union select pgh_context_id from transfers_giftevent where giver_id = any(keys) or receiver_id = any(keys)
  ) c where c.id is not null;
  update pghistory_context c
     set metadata = c.metadata
       || jsonb_build_object('why', mydata_without_words_v1(coalesce(c.metadata ->> 'why', ''), words, pseudonym))
       || case when c.metadata ->> 'by' = any(ids) then jsonb_build_object('by_name', pseudonym) else '{}' end
       || case when c.metadata ->> 'for' = any(ids) then jsonb_build_object('for_name', pseudonym) else '{}' end
   where c.id = any(contexts);
  get diagnostics n = row_count; counts := counts || jsonb_build_object('pghistory_context', n);

  perform set_config('xuecheng.erasing', '', true);
  perform set_config('pgtrigger.ignore', ignored_before, true);
  insert into mydata_historyerased (erasure_id, ran_at, row_counts) values (erasure_id, clock_timestamp(), counts);
  return counts;
end $$;
-- `config/rights.py` lets the application call it.
revoke all on function mydata_erase_history_v2(uuid, jsonb) from public;
