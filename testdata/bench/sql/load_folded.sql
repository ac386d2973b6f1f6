-- The people with the folded name and birth beside the others, in a table.
CREATE TEMP TABLE spelled AS
SELECT *, fold_spaces(name) AS bare FROM read_csv('{{.people}}', header = true, all_varchar = true);
{{template "fold_names.sql" .}}
CREATE TABLE people AS
SELECT s.* EXCLUDE (bare), fold_repeats(coalesce(m.folded, s.bare)) AS name_key, fold_birth(s.birth) AS birth_key
FROM spelled s LEFT JOIN mended m USING (bare);
