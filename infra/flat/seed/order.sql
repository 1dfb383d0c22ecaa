insert into orders (id, status, customer, address, lines, total_cents, payment_method, placed_at, ended_at, traceparent)
  select pg_temp.id('order', n), 'completed',
    '{"name": "Ada", "email": "ada@example.org"}',
    '{"street": "Rue de la Danse 5", "city": "Paris", "postalCode": "75009", "country": "FR"}',
    '[{"sku": "tea", "quantity": 2, "unitPriceCents": 1450}, {"sku": "teapot", "quantity": 1, "unitPriceCents": 6900}]',
    9800, 'pm_card_visa', pg_temp.at(n), pg_temp.at(n) + interval '20 ms', pg_temp.span('POST /orders', n)
  from generate_series(:from, :to) as n;

insert into timeline (event_id, order_id, type, at)
  select pg_temp.id(type, n), pg_temp.id('order', n), type, pg_temp.at(n) + later
  from generate_series(:from, :to) as n,
    (values ('order.placed', interval '0'), ('shipping.dispatched', '15 ms'), ('order.completed', '20 ms')) as event (type, later);

insert into messaging.inbox (event_id, subject, traceparent, said, at)
  select pg_temp.id('shipping.dispatched', n), pg_temp.id('order', n), pg_temp.span('shipping.dispatched', n), true, pg_temp.at(n)
  from generate_series(:from, :to) as n;

insert into messaging.idempotency_key (key, fingerprint, subject, at)
  select md5('key' || n)::uuid, md5('tea') || md5('teapot'), pg_temp.id('order', n), pg_temp.at(n)
  from generate_series(:from, :to) as n;
