-- By what a person is found: every ending of the name in Chinese, of its pinyin without tones, and of its initials, so
-- that the beginning of a word is any part of the name. 张明华 → 张明华 明华 华 zhangminghua minghua hua zmh mh.
-- No extension is needed: GIN finds the beginnings of words in a tsvector by itself.
create function people_words_v1(name text, sort_key text) returns tsvector
language sql immutable parallel safe strict as $$
    with person as (
        select regexp_replace(lower(name), '[[:space:]·''.-]', '', 'g') as written,
               string_to_array(btrim(regexp_replace(split_part(sort_key, E'\t', 1), '[^a-z]+', ' ', 'g')), ' ') as said
    ), spoken as (
        select written, said, (select string_agg(left(one, 1), '' order by n) from unnest(said) with ordinality s(one, n)) as initials
        from person
    ), word as (
        select substr(written, n) as one from spoken, generate_series(1, 12) n where n = 1 or written !~ '[a-z]'
        union
        select array_to_string(said[n:], '') from spoken, generate_series(1, 12) n
        union
        select substr(initials, n) from spoken, generate_series(1, 11) n where n < length(initials)
    )
    select coalesce((select array_to_tsvector(array_agg(left(one, 80))) from word where one <> ''), ''::tsvector)
$$;
