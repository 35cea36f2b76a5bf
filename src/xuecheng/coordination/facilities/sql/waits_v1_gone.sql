drop trigger facilities_room_wait on facilities_roomwait;
drop function facilities_room_wait_v1();
