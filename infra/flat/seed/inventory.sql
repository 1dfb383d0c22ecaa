insert into holds (order_id, status, lines)
  select pg_temp.id('order', n), 'withdrawn', '[{"sku": "tea", "quantity": 2}, {"sku": "teapot", "quantity": 1}]'
  from generate_series(:from, :to) as n;

update stock set seeded = seeded + sold, shipped = shipped + sold
  from (values ('tea', 2 * (:to - :from + 1)), ('teapot', :to - :from + 1)) as line (sku, sold)
  where stock.sku = line.sku;

insert into messaging.inbox (event_id, subject, traceparent, said, at)
  select pg_temp.id(type, n), pg_temp.id('order', n), pg_temp.span(type, n), true, pg_temp.at(n)
  from generate_series(:from, :to) as n, (values ('order.placed'), ('order.completed')) as event (type);
