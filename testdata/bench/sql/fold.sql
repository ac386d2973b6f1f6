-- Folding in SQL, as somebody would write it who knows what lists look like.
-- Names: spaces and compatibility forms go here (NFC; DuckDB has no NFKC); kana,
-- characters of another width and the variants of tiers 1 and 2 are replaced from
-- a table (fold_names.sql); 々 becomes the character before it.
CREATE OR REPLACE TEMP MACRO fold_spaces(s) AS nfc_normalize(translate(s, ' 　', ''));
CREATE OR REPLACE TEMP MACRO fold_repeats(s) AS
  CASE WHEN contains(s, '々') THEN regexp_replace(s, '(.)々', '\1\1', 'g') ELSE s END;

-- Figures of full width, 元年, and kanji up to ninety-nine (五十四, 二十, 十三, 十).
CREATE OR REPLACE TEMP MACRO fold_figures(s) AS
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(s, '０１２３４５６７８９〇一二三四五六七八九ＭＴＳＨＲ／．－ー年月元日 　', '01234567890123456789MTSHR/.--//1'),
    '(\d)十(\d)', '\1\2', 'g'), '(\d)十', '\10', 'g'), '十(\d)', '1\1', 'g'), '十', '10', 'g');

CREATE OR REPLACE TEMP MACRO era_year(era) AS
  CASE WHEN era IN ('明治', '明', 'M', '1') THEN 1867 WHEN era IN ('大正', '大', 'T', '2') THEN 1911
       WHEN era IN ('昭和', '昭', 'S', '3') THEN 1925 WHEN era IN ('平成', '平', 'H', '4') THEN 1988
       WHEN era IN ('令和', '令', 'R', '5') THEN 2018 ELSE 0 END;

CREATE OR REPLACE TEMP MACRO iso_date(era, y, m, d) AS
  format('{:04d}-{:02d}-{:02d}', era_year(era) + y::INTEGER, m::INTEGER, d::INTEGER);

-- Figures already folded: 昭和58/2/20, S43.09.28, 1979/9/6, 19770303, 3550102.
CREATE OR REPLACE TEMP MACRO fold_date(f) AS
  CASE WHEN regexp_full_match(f, '\d{8}') THEN f[1:4] || '-' || f[5:6] || '-' || f[7:8]
       WHEN regexp_full_match(f, '[1-5]\d{6}') THEN iso_date(f[1:1], f[2:3], f[4:5], f[6:7])
       WHEN regexp_full_match(f, '(明治?|大正?|昭和?|平成?|令和?|[MTSHR])?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,2}')
       THEN iso_date(regexp_extract(f, '^\D*'), regexp_extract(f, '^\D*(\d+)', 1),
                     regexp_extract(f, '^\D*\d+.(\d+)', 1), regexp_extract(f, '(\d+)$', 1))
       ELSE f END;

CREATE OR REPLACE TEMP MACRO fold_birth(s) AS
  CASE WHEN regexp_full_match(s, '\d{4}-\d{2}-\d{2}') THEN s ELSE fold_date(fold_figures(s)) END;
