-- DuckDB reads the extract, all 17 columns of it, into a table. It checks nothing.
CREATE TABLE extract AS SELECT * FROM read_csv('{{.extract}}', header = true, all_varchar = true);
