"""What was withheld stays written; only that it ended is noted, once."""

from django.db import migrations

FORWARD = """
create function recognition_withholding_keeps_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.ended_at is null
     and to_jsonb(new) - array['ended_at'] = to_jsonb(old) - array['ended_at'] then
    return new;
  end if;
  raise exception 'what was withheld stays written' using errcode = '23514', constraint = 'withholding_stays';
end $$;
create trigger recognition_withholding_keeps before update or delete on recognition_withholding
  for each row execute function recognition_withholding_keeps_v1();
"""
BACKWARD = """
drop trigger recognition_withholding_keeps on recognition_withholding;
drop function recognition_withholding_keeps_v1();
"""


class Migration(migrations.Migration):
    dependencies = [("recognition", "0006_credit_withheld")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
