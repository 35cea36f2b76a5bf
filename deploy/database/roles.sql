-- Once, as the server's administrator, on an empty server. `xuecheng migrate` gives the rights.
-- Then set a password for each: \password xuecheng_owner, \password xuecheng_site (or peer/certificate in pg_hba.conf).
create role xuecheng_owner login createrole;
create role xuecheng_app nologin;
create role xuecheng_site login in role xuecheng_app;
create database xuecheng owner xuecheng_owner encoding 'UTF8' template template0;
