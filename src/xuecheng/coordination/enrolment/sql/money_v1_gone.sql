drop trigger enrolment_charge on enrolment_charge;
drop function enrolment_charge_v1;
drop trigger enrolment_movement on enrolment_movement;
drop function enrolment_movement_v1;
