-- People who moved, as an extract: every version of {{.count}} people, and one more
-- with the address of somebody else. People who changed their 住民票コード stay out:
-- the extract stands for itself. Each {{.part}} takes other people. Not timed.
CREATE TEMP TABLE extract AS
SELECT row_number() OVER () AS place, * FROM read_csv('{{.extract}}', header = true, all_varchar = true);

CREATE TEMP TABLE movers AS
SELECT * EXCLUDE (turn), turn - {{.part}} * {{.count}} AS n
FROM (SELECT *, row_number() OVER (ORDER BY hash(住民票コード)) AS turn
      FROM (SELECT * FROM extract QUALIFY row_number() OVER (PARTITION BY 住民票コード ORDER BY CAST(履歴番号 AS INTEGER) DESC) = 1)
      WHERE 状態 = '1' AND 旧住民票コード IS NULL
        AND 住民票コード NOT IN (SELECT 旧住民票コード FROM extract WHERE 旧住民票コード IS NOT NULL))
WHERE turn > {{.part}} * {{.count}} AND turn <= ({{.part}} + 1) * {{.count}};

COPY (
  SELECT * EXCLUDE (place) FROM (
    SELECT * FROM extract WHERE 住民票コード IN (SELECT 住民票コード FROM movers)
    UNION ALL BY NAME
    SELECT m.* EXCLUDE (n) REPLACE (CAST(CAST(m.履歴番号 AS INTEGER) + 1 AS VARCHAR) AS 履歴番号,
                        o.市町村コード AS 市町村コード, o.住所 AS 住所,
                        '2026-03-30' AS 異動年月日, '2026-03-31' AS 通知年月日)
    FROM movers m JOIN movers o ON o.n = m.n % {{.count}} + 1
  ) ORDER BY place, CAST(履歴番号 AS INTEGER)
) TO '{{.notices}}' (FORMAT csv, HEADER);
