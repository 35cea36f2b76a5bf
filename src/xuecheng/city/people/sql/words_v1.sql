-- By what a person is found: every ending of the name in Chinese, of its pinyin without tones, and of its initials, so
-- that the beginning of a word is any part of the name. 张明华 → 张明华 明华 华 zhangminghua minghua hua zmh mh.
-- No extension is needed: GIN finds the beginnings of words in a tsvector by itself.
create function people_words_v1(name text, sort_key text) returns tsvector
language plpgsql immutable parallel safe strict as $$
declare
    written constant text := regexp_replace(lower(name), '[[:space:]·''.-]', '', 'g');
    said constant text[] := string_to_array(btrim(regexp_replace(split_part(sort_key, E'\t', 1), '[^a-z]+', ' ', 'g')), ' ');
    words text[] := array[left(written, 80)];
    spoken text := '';
    initials text := '';
begin
    if written !~ '[a-z]' then
        for n in 2 .. least(length(written), 12) loop
            words := words || substr(written, n, 80);
        end loop;
    end if;
    for n in reverse least(cardinality(said), 12) .. 1 loop
        spoken := said[n] || spoken;
        initials := left(said[n], 1) || initials;
        words := words || left(spoken, 80);
        if length(initials) > 1 then
            words := words || initials;
        end if;
    end loop;
    return array_to_tsvector(array_remove(words, ''));
end
$$;
