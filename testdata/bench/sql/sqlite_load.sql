-- The people, ready, in a table of SQLite with an index over what is joined.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
PRAGMA threads = 2;
CREATE TABLE people (code TEXT, name TEXT, birth TEXT, sex TEXT, address TEXT, state TEXT);
.import --csv --skip 1 {{.people}} people
CREATE INDEX people_by_name_and_birth ON people (name, birth);
ANALYZE;
