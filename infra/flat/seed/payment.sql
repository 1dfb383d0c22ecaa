insert into payments (order_id, status, amount_cents)
  select pg_temp.id('order', n), 'approved', 9800 from generate_series(:from, :to) as n;

insert into bank_intents (order_id)
  select pg_temp.id('order', n) from generate_series(:from, :to) as n;

insert into bank_bookings (order_id, kind, amount_cents, at)
  select pg_temp.id('order', n), 'charge', 9800, pg_temp.at(n) from generate_series(:from, :to) as n;

insert into messaging.inbox (event_id, subject, traceparent, said, at)
  select pg_temp.id('order.placed', n), pg_temp.id('order', n), pg_temp.span('order.placed', n), true, pg_temp.at(n)
  from generate_series(:from, :to) as n;
