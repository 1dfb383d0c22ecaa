create type hold_status as enum ('held', 'refused', 'released', 'withdrawn');

create table holds (
  order_id uuid primary key,
  status   hold_status not null,
  lines    jsonb,
  constraint lines_where_something_was_held check ((lines is null) = (status = 'refused'))
);

create table stock (
  sku       text primary key,
  seeded    integer not null,
  available integer not null,
  reserved  integer not null,
  shipped   integer not null,
  constraint nothing_owed check (available >= 0 and reserved >= 0 and shipped >= 0),
  constraint nothing_lost check (available + reserved + shipped = seeded)
);

insert into stock (sku, seeded, available, reserved, shipped)
select sku, pieces, pieces, 0, 0
from (values
  ('tea', 1000000), ('teapot', 1000000), ('teacup', 1000000), ('kettle', 1000000), ('strainer', 1000000), ('honey', 1000000),
  ('shortbread', 1000000), ('tray', 1000000), ('last-chance', 5), ('unobtainium', 0)
) as seed (sku, pieces);
