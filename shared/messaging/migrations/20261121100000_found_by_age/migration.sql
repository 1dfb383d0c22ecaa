-- What is forgotten makes room for what is new: ranges of pages then hold old and young side by side, and tell a BRIN index nothing any more.
drop index messaging.inbox_at;
create index inbox_at on messaging.inbox (at);
drop index messaging.idempotency_key_at;
create index idempotency_key_at on messaging.idempotency_key (at);
