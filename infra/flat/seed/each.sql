-- Of each service's seed: what it calls the n-th order, its events and their times. Ids are as services make them, in the order of time and else at
-- random, and the same in each database; a million orders have come in 17 hours, from 20 hours ago.
create or replace function pg_temp.id(what text, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(1735689600000 + n * 60), 12, '0')
    || overlay(overlay(substr(md5(what || n::text), 13) placing '7' from 1) placing '8' from 5))::uuid
$$;
create or replace function pg_temp.at(n bigint) returns timestamptz language sql stable as $$
  select now() - interval '20 hours' + n * interval '60 ms'
$$;
create or replace function pg_temp.span(what text, n bigint) returns text language sql immutable as $$
  select '00-' || md5('trace' || n::text) || '-' || substr(md5(what || n::text), 17) || '-01'
$$;
