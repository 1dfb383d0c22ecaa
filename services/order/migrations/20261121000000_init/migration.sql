create type order_status as enum ('placed', 'completed', 'cancelled');

create table orders (
  id             uuid primary key,
  status         order_status not null,
  reason         text,
  customer       jsonb not null,
  address        jsonb not null,
  lines          jsonb not null,
  total_cents    integer not null,
  payment_method text not null,
  placed_at      timestamptz(3) not null,
  ended_at       timestamptz(3),
  traceparent    text
);
create index orders_status_placed_at_idx on orders (status, placed_at);

create table timeline (
  event_id uuid primary key,
  order_id uuid not null,
  type     text not null,
  at       timestamptz(3) not null,
  nr       bigserial not null
);
create index timeline_order_id_at_idx on timeline (order_id, at);
create index timeline_at_idx on timeline (at);
