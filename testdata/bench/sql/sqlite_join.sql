-- The bare join in SQLite: one look into the index for each row of the list. CSV
-- on standard output, for zstd.
PRAGMA cache_size = -262144;
.output /dev/null
PRAGMA mmap_size = 2147418112;
.output
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE list (no TEXT, name TEXT, birth TEXT, sex TEXT, address TEXT);
.import --csv --schema temp --skip 1 {{.list}} list
.mode csv
.headers on
SELECT l.no, p.code, p.name, p.birth, p.sex, p.address, p.state
FROM list l LEFT JOIN people p ON p.name = l.name AND p.birth = l.birth;
