-- The whole booking by hand: lock what is scarce, check, three inserts. Run by pgbench.
BEGIN;
SELECT nextval('floor.slot') AS n \gset
SELECT id FROM floor.post WHERE id = :n % 60 + 1 FOR UPDATE;
SELECT 1 FROM floor.booking WHERE post = :n % 60 + 1 AND live
   AND occupies && tstzrange(timestamptz '2030-01-01' + :n / 60 * interval '25 min', timestamptz '2030-01-01' + (:n / 60 + 1) * interval '25 min');
INSERT INTO floor.booking (post, booth, citizen, occupies) VALUES (:n % 60 + 1, :n % 66 + 1, :n,
   tstzrange(timestamptz '2030-01-01' + :n / 60 * interval '25 min', timestamptz '2030-01-01' + (:n / 60 + 1) * interval '25 min'));
INSERT INTO floor.journal (at, kind, subject, action, actor, data) VALUES (now(), 'booking', :n, 'confirm', 'staff:1', '{"post": 1, "booth": 2}');
INSERT INTO floor.message (recipient, subject, body) VALUES ('citizen@example.org', 'Запись подтверждена', repeat('Вы записаны. ', 20));
COMMIT;
