insert into correspondences (order_id, name, email, due, sent)
  select pg_temp.id('order', n), 'Ada', 'ada@example.org', '{}', '{placed,completed}' from generate_series(:from, :to) as n;

insert into letters (order_id, occasion, recipient, message_id, sent_at)
  select id, occasion, 'ada@example.org', format('<%s.%s@pas-de-cinq.example>', id, occasion), pg_temp.at(n)
  from generate_series(:from, :to) as n, pg_temp.id('order', n) as id, (values ('placed'), ('completed')) as letter (occasion);

insert into messaging.inbox (event_id, subject, traceparent, said, at)
  select pg_temp.id(type, n), pg_temp.id('order', n), pg_temp.span(type, n), true, pg_temp.at(n)
  from generate_series(:from, :to) as n, (values ('order.placed'), ('order.completed')) as event (type);
