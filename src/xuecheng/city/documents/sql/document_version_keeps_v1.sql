-- A version's content is for ever: what came, from whom, when, with which hash. Only what is found out later is written
-- (scan, preview), and the names go when the file goes.
create function document_version_keeps_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE'
     and (new.document_id, new.public_id, new.number, new.content_type, new.byte_count, new.sha256, new.uploaded_by_id, new.uploaded_at)
       is not distinct from
         (old.document_id, old.public_id, old.number, old.content_type, old.byte_count, old.sha256, old.uploaded_by_id, old.uploaded_at)
     and ((new.file_name = old.file_name and new.note = old.note)
          or (old.is_stored and not new.is_stored and new.file_name = '' and new.note = ''))
     and (old.is_stored or not new.is_stored)
  then
    return new;
  end if;
  raise exception 'versions of documents are not overwritten: % refused', tg_op using errcode = '42501';
end $$;

create trigger document_version_keeps before update or delete on documents_documentversion
  for each row execute function document_version_keeps_v1();

-- A document itself ends as a tombstone and in no other way.
create function document_stays_v1() returns trigger language plpgsql as $$
begin
  raise exception 'documents are removed by their tombstone: % refused', tg_op using errcode = '42501';
end $$;

create trigger document_stays before delete on documents_document
  for each row execute function document_stays_v1();
