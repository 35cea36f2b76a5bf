drop trigger kinship_moves on transfers_kinship;
drop function kinship_moves_v2();
create trigger kinship_moves before insert or update or delete on transfers_kinship
  for each row execute function kinship_moves_v1();
