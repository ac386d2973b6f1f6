-- The list as it came (but in UTF-8): folded here, joined with the folded people.
CREATE TEMP TABLE spelled AS
SELECT 整理番号 AS no, fold_spaces(氏名) AS bare, fold_birth(生年月日) AS birth_key
FROM read_csv('{{.listUTF8}}', header = true, all_varchar = true);
{{template "fold_names.sql" .}}
COPY (
  SELECT s.no, p.code, p.name, p.birth, p.sex, p.address, p.state
  FROM spelled s LEFT JOIN mended m USING (bare)
  LEFT JOIN people p ON p.name_key = fold_repeats(coalesce(m.folded, s.bare)) AND p.birth_key = s.birth_key
) TO '{{.out}}' (FORMAT csv, HEADER, COMPRESSION zstd);
