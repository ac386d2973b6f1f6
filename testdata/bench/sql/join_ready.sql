-- The bare join: ready list (CSV) with ready people (table), zstd CSV out.
COPY (
  SELECT l.no, p.code, p.name, p.birth, p.sex, p.address, p.state
  FROM read_csv('{{.list}}', header = true, all_varchar = true) l
  LEFT JOIN people p ON p.name = l.name AND p.birth = l.birth
) TO '{{.out}}' (FORMAT csv, HEADER, COMPRESSION zstd);
