drop trigger exchange_case_moves on exchange_case;
create trigger exchange_case_moves before insert or update on exchange_case
  for each row execute function exchange_case_moves_v1();
drop function exchange_case_moves_v2();
