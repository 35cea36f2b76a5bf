drop trigger gift_is_held on transfers_gift;
drop function gift_is_held_v1();
drop trigger gift_moves on transfers_gift;
drop function gift_moves_v1();
drop trigger giving_rules_of_points on transfers_givingrules;
drop function giving_rules_of_points_v1();
