-- Replaces characters from a table, for those names of spelled that hold one of
-- them: each such name once. (translate() with 900 pairs builds its table anew
-- for every name: about ten times slower.)
CREATE TEMP TABLE usual AS
SELECT * FROM read_csv('{{.usual}}', header = true, all_varchar = true);

CREATE TEMP TABLE mended AS
SELECT bare, string_agg(coalesce(u.usual, part), '' ORDER BY place) AS folded
FROM (SELECT bare, unnest(string_split(bare, '')) AS part, generate_subscripts(string_split(bare, ''), 1) AS place
      FROM (SELECT DISTINCT bare FROM spelled WHERE regexp_matches(bare, '[{{.foldable}}]')))
LEFT JOIN usual u USING (part)
GROUP BY bare;
