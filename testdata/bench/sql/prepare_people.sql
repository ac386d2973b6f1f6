-- The people as a peer wants them: the version in force of each person (records
-- that go on under another 住民票コード are left out), and only the columns that
-- it joins or gives out. Not timed.
CREATE TABLE extract AS
SELECT 住民票コード AS code, CAST(履歴番号 AS INTEGER) AS version, 状態 AS state, 氏名 AS name, 生年月日 AS birth,
       性別 AS sex, 旧住民票コード AS former, CASE WHEN 状態 = '2' THEN 最終住所 ELSE 住所 END AS address
FROM read_csv('{{.extract}}', header = true, all_varchar = true);

CREATE TABLE people AS
SELECT e.code, e.state, e.name, e.birth, e.sex, coalesce(e.address, '') AS address
FROM extract e JOIN (SELECT code, max(version) AS version FROM extract GROUP BY code) USING (code, version)
WHERE e.code NOT IN (SELECT former FROM extract WHERE former IS NOT NULL AND former <> '');
DROP TABLE extract;

COPY (SELECT code, name, birth, sex, address, state FROM people)
TO '{{.people}}' (FORMAT csv, HEADER);

-- The join of coreutils knows one key in one field.
COPY (SELECT name || '|' || birth AS key, code, name, birth, sex, address, state FROM people)
TO '{{.peopleTSV}}' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', HEADER false);
