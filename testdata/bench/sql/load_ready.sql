-- The people, ready, in a table.
CREATE TABLE people AS
SELECT * FROM read_csv('{{.people}}', header = true, all_varchar = true);
