-- What order has said while the broker was away.
insert into messaging.outbox (event_id, subject, type, traceparent, body)
  select pg_temp.id('order.placed', n), id, 'order.placed', pg_temp.span('POST /orders', n), jsonb_build_object(
    'specversion', '1.0', 'id', pg_temp.id('order.placed', n), 'type', 'order.placed', 'source', '/services/order', 'subject', id,
    'time', pg_temp.at(n), 'datacontenttype', 'application/json', 'correlationid', id, 'traceparent', pg_temp.span('POST /orders', n),
    'data', jsonb_build_object(
      'orderId', id, 'totalCents', 9800, 'paymentMethod', 'pm_card_visa',
      'customer', jsonb_build_object('name', 'Ada', 'email', 'ada@example.org'), 'address', jsonb_build_object('country', 'FR'),
      'lines', '[{"sku": "tea", "quantity": 2, "unitPriceCents": 1450}, {"sku": "teapot", "quantity": 1, "unitPriceCents": 6900}]'::jsonb))::text
  from generate_series(:from, :to) as n, pg_temp.id('order', n) as id;
