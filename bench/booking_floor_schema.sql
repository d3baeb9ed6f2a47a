CREATE SCHEMA floor;
CREATE SEQUENCE floor.slot CACHE 1;
CREATE TABLE floor.post (id bigint PRIMARY KEY);
INSERT INTO floor.post SELECT generate_series(1, 60);
CREATE TABLE floor.booking (
  id bigserial PRIMARY KEY, post bigint NOT NULL REFERENCES floor.post, booth bigint NOT NULL, citizen bigint NOT NULL,
  occupies tstzrange NOT NULL, live boolean NOT NULL DEFAULT true,
  CONSTRAINT post_free EXCLUDE USING gist (post WITH =, occupies WITH &&) WHERE (live),
  CONSTRAINT booth_free EXCLUDE USING gist (booth WITH =, occupies WITH &&) WHERE (live),
  CONSTRAINT citizen_free EXCLUDE USING gist (citizen WITH =, occupies WITH &&) WHERE (live)
);
CREATE TABLE floor.journal (
  id bigserial PRIMARY KEY, at timestamptz NOT NULL, kind text, subject text, action text, actor text, data jsonb
);
CREATE TABLE floor.message (id bigserial PRIMARY KEY, recipient text, subject text, body text, state text DEFAULT 'queued');
