drop trigger priorlearning_claim_moves on priorlearning_claim;
create trigger priorlearning_claim_moves before insert or update on priorlearning_claim
  for each row execute function priorlearning_claim_moves_v1();
drop function priorlearning_claim_moves_v2();
