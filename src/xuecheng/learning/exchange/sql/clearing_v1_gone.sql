drop trigger exchange_case_in_open_time on exchange_case;
drop function exchange_case_in_open_time_v1();
drop trigger exchange_cleared_stays on exchange_doubt;
drop trigger exchange_cleared_stays on exchange_statementline;
drop trigger exchange_cleared_stays on exchange_statement;
drop function exchange_cleared_stays_v1();
drop trigger exchange_period_closes on exchange_clearingperiod;
drop function exchange_period_closes_v1();
