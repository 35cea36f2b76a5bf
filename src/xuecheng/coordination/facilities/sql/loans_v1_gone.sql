drop trigger facilities_loan_use on facilities_loanuse;
drop trigger facilities_room_loan on facilities_roomloan;
drop function facilities_loan_use_v1();
drop function facilities_room_loan_v1();
