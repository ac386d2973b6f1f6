-- What a peer gave out, against the truth. Not timed. rows: rows of the list that
-- came out; found: with somebody; several: with more than one person; missed:
-- whose person was not given out; wrong: with somebody else's data (or anybody's,
-- where nobody may be given out).
WITH given AS (SELECT {{.columns}} FROM read_csv('{{.out}}', {{.options}}, all_varchar = true)),
     truth AS (SELECT 整理番号 AS no, 正解の住民票コード AS code FROM read_csv('{{.truth}}', header = true, all_varchar = true)),
     each AS (
       SELECT g.no, count(g.code) AS people, any_value(t.code) AS means,
              count(*) FILTER (WHERE g.code = t.code) AS hit,
              count(*) FILTER (WHERE g.code IS NOT NULL AND g.code IS DISTINCT FROM t.code) AS other
       FROM given g JOIN truth t USING (no) GROUP BY g.no)
SELECT count(*) AS rows, count(*) FILTER (WHERE people > 0) AS found, count(*) FILTER (WHERE people > 1) AS several,
       count(*) FILTER (WHERE means IS NOT NULL AND hit = 0) AS missed,
       count(*) FILTER (WHERE other > 0) AS wrong
FROM each;
