create table payments (
  order_id uuid primary key,
  status text not null,
  amount_cents integer not null
);

-- The bank's own record: what it was asked for, and what it booked.
create table bank_intents (
  order_id uuid primary key,
  timeouts integer not null default 0,
  reversed boolean not null default false
);

create table bank_bookings (
  order_id uuid not null,
  kind text not null,
  amount_cents integer not null,
  at timestamptz(6) not null default clock_timestamp(),
  primary key (order_id, kind)
);
