drop trigger foreign_issuer_key_fits on foreign_issuerkey;
drop trigger foreign_issuer_stays on foreign_foreignissuer;
drop trigger foreign_rule_stays on foreign_foreignrule;
drop trigger foreign_record_moves on foreign_foreignrecord;
drop function foreign_issuer_key_fits_v1();
drop function foreign_law_stays_v1();
drop function foreign_record_moves_v1();
