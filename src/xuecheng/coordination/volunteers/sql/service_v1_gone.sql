drop trigger volunteer_service_holds on volunteers_service;
drop function volunteer_service_holds_v1();
drop trigger volunteer_assignment_moves on volunteers_assignment;
drop function volunteer_assignment_moves_v1();
