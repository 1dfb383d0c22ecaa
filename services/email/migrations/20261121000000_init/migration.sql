create table correspondences (
  order_id uuid primary key,
  name text,
  email text,
  due text[],
  sent text[]
);

-- The mail room's own record: a letter stands here once the mail server has accepted it.
create table letters (
  order_id uuid not null,
  occasion text not null,
  recipient text not null,
  message_id text not null,
  sent_at timestamptz(6),
  primary key (order_id, occasion)
);
