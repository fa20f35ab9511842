-- A ledger in memory: tables, an index, joins, groups, long strings, changes and deletions. The shell
-- reads it as often as its command line says; each time begins with an empty table.
DROP TABLE IF EXISTS entry;
DROP TABLE IF EXISTS total;
CREATE TABLE entry(id INTEGER PRIMARY KEY, owner TEXT, amount INTEGER, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
INSERT INTO entry SELECT i, 'owner' || (i * 7919 % 500), (i * 104729) % 1000 - 400, printf('%.*c', i % 150, 'x') FROM n;
CREATE INDEX entry_owner ON entry(owner, amount);
CREATE TABLE total AS SELECT owner, sum(amount) AS amount, group_concat(note, ',') AS notes FROM entry GROUP BY owner;
SELECT count(*), sum(length(notes)) FROM total;
SELECT a.owner, b.id FROM total a JOIN entry b ON b.owner = a.owner WHERE b.amount > 590 ORDER BY a.amount DESC, b.id LIMIT 5;
UPDATE entry SET note = upper(note) || owner WHERE amount % 3 = 0;
DELETE FROM entry WHERE amount < -300;
SELECT count(*), count(DISTINCT note), max(length(note)) FROM entry;
SELECT owner, json_group_array(json_object('id', id, 'note', substr(note, 1, 5))) FROM entry WHERE id % 499 = 0 GROUP BY owner ORDER BY owner LIMIT 20;
SELECT sum(length(replace(note, 'x', 'yz'))), sum(length(hex(note))) FROM entry WHERE id % 2 = 1;
