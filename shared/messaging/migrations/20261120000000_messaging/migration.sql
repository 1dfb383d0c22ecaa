-- The plumbing of a service: what it has heard (inbox), what it has yet to say (outbox), which requests it has answered.
create schema messaging;

create table messaging.inbox (
  event_id    uuid        primary key,
  subject     text        not null,
  traceparent text,                            -- of the span that processed it
  said        boolean     not null default false,
  at          timestamptz not null default now()
);
create index inbox_silent on messaging.inbox (subject) where not said;
create index inbox_at on messaging.inbox using brin (at);

create table messaging.outbox (
  id          bigint      generated always as identity primary key,
  event_id    uuid        not null unique,
  subject     text        not null,
  type        text        not null,
  traceparent text,
  tracestate  text,
  body        text        not null,
  at          timestamptz not null default now()
);

create table messaging.idempotency_key (
  key         text        primary key,
  fingerprint text        not null,
  subject     text        not null,
  at          timestamptz not null default now()
);
create index idempotency_key_at on messaging.idempotency_key using brin (at);

create table messaging.suspect (
  event_id    uuid        primary key,
  times       int         not null
);
