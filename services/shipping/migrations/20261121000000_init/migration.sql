create table parcels (
  order_id uuid primary key,
  status text not null,
  country text,
  reserved boolean not null,
  paid boolean not null
);
