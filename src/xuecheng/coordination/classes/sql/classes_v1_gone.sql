drop trigger classes_session on classes_classsession;
drop function classes_session_v1();
drop trigger classes_class on classes_courseclass;
drop function classes_class_v1();
