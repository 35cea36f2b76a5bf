drop trigger supervision_hearing_stays on supervision_hearing;
drop function supervision_hearing_stays_v1();
drop trigger supervision_withdrawal_heard on supervision_withdrawal;
drop function supervision_withdrawal_heard_v1();
