drop trigger facilities_loan_request on facilities_loanrequest;
drop function facilities_loan_request_v1();
