drop trigger exchange_case_moves on exchange_case;
drop function exchange_case_moves_v1();
drop trigger exchange_use_fits on exchange_use;
drop function exchange_use_fits_v1();
drop trigger exchange_lot_is_posting on exchange_lot;
drop function exchange_lot_is_posting_v1();
