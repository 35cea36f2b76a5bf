drop trigger gift_along_kinship on transfers_gift;
drop function gift_along_kinship_v1();
drop trigger kinship_moves on transfers_kinship;
drop function kinship_moves_v1();
