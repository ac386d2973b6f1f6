-- The same list as a peer wants it: name and birth of each row are replaced by
-- those that the file holds for the person whom the row means (the truth file
-- says who that is), so that both sides agree byte for byte. A row that means
-- nobody stays as it is. Not timed.
ATTACH '{{.prepared}}' AS prepared (READ_ONLY);
CREATE TEMP TABLE ready AS
SELECT l.no, coalesce(p.name, l.name, '') AS name, coalesce(p.birth, l.birth, '') AS birth, coalesce(l.sex, '') AS sex, coalesce(l.address, '') AS address
FROM (SELECT row_number() OVER () AS place, 整理番号 AS no, 氏名 AS name, 生年月日 AS birth, 性別 AS sex, 住所 AS address
      FROM read_csv('{{.listUTF8}}', header = true, all_varchar = true)) l
JOIN (SELECT 整理番号 AS no, 正解の住民票コード AS code
      FROM read_csv('{{.truth}}', header = true, all_varchar = true)) t USING (no)
LEFT JOIN prepared.people p ON p.code = t.code
ORDER BY l.place;

COPY (SELECT * FROM ready) TO '{{.list}}' (FORMAT csv, HEADER);
COPY (SELECT name || '|' || birth AS key, no FROM ready)
TO '{{.listTSV}}' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', HEADER false);
