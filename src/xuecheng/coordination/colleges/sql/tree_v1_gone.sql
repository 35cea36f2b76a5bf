drop trigger colleges_coverage on colleges_coverage;
drop function colleges_coverage_v1();
drop trigger colleges_tree on colleges_college;
drop function colleges_tree_v1();
drop function colleges_rank_v1(text);
