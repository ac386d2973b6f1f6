-- The bare join with both sides read from CSV, zstd CSV out.
COPY (
  SELECT l.no, p.code, p.name, p.birth, p.sex, p.address, p.state
  FROM read_csv('{{.list}}', header = true, all_varchar = true) l
  LEFT JOIN read_csv('{{.people}}', header = true, all_varchar = true) p ON p.name = l.name AND p.birth = l.birth
) TO '{{.out}}' (FORMAT csv, HEADER, COMPRESSION zstd);
