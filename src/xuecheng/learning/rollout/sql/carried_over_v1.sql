-- What may be reported and approved today stays so (C-13, C-67): every institution at work is accredited for the three
-- kinds of record without an end, and one phase is open that covers everything. Both are marked as come with the system.

insert into rollout_accreditation (public_id, code, organisation_id, kinds, fields, during, is_carried_over, state,
       proposed_at, why, decision_reason, ended_because)
select gen_random_uuid(), 'ZR-' || lpad(id::text, 7, '0'), id, array['formal', 'certificate', 'nonformal'], '{}',
       daterange(null, null), true, 'granted', now(), 'Carried over when accreditation began.', '', ''
  from organisations_organisation
 where is_active and kind not in ('department', 'certification_body')
 order by id;

insert into rollout_line (accreditation_id, organisation_id, kind_number, fields, levels, during)
select id, organisation_id, number, int4range(0, 10000), int4range(null, null), during
  from rollout_accreditation, generate_series(1, 3) number
 where is_carried_over
 order by id, number;

insert into rollout_phase (public_id, code, place, name_zh, name_en, about_zh, about_en, kinds, families,
       needs_accreditation, state, planned_at, opened_at, decision, closed_because)
values (gen_random_uuid(), 'P0', 0, '起步阶段', 'First steps', '系统上线时已有的转换规则，都在这个阶段里。',
       'The rules that stood when the system began.', '{}', '{}', false, 'open', now(), now(),
       'Carried over when phases began.', '');

-- The bounds of C-68, and one for how much there is to judge by; shares in thousandths. All are the city's own.
insert into rollout_threshold (measure, least, most) values
  ('volume', 30, null), ('coverage', 800, null), ('identity', 980, null), ('errors', null, 50), ('agreements', 1, null);
