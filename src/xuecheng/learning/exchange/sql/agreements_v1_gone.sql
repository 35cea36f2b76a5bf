drop trigger exchange_party_stays on exchange_party;
drop trigger exchange_term_stays on exchange_term;
drop function exchange_part_stays_v1();
drop trigger exchange_agreement_moves on exchange_agreement;
drop function exchange_agreement_moves_v1();
