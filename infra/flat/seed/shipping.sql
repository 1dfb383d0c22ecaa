insert into parcels (order_id, status, country, reserved, paid)
  select pg_temp.id('order', n), 'dispatched', null, false, false from generate_series(:from, :to) as n;

-- Of three cues the last one has led to something.
insert into messaging.inbox (event_id, subject, traceparent, said, at)
  select pg_temp.id(type, n), pg_temp.id('order', n), pg_temp.span(type, n), said, pg_temp.at(n)
  from generate_series(:from, :to) as n,
    (values ('order.placed', false), ('inventory.reserved', false), ('payment.approved', true)) as event (type, said);
